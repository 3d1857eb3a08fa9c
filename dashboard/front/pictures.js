// Pictures by their addresses: fetched and decoded ahead, and read to the code.

const KEPT_PICTURES = 8;
const KEPT_PIXELS = 3;

function forgetOldest(map, most, forget = () => {}) {
  while (map.size > most) {
    const [oldest, value] = map.entries().next().value;
    map.delete(oldest);
    forget(value);
  }
}

class Pictures {
  #images = new Map();
  #pixels = new Map();
  #reader;

  // A decoded <img>, which is ready to be painted; the same one as long as it is kept.
  image(url) {
    let found = this.#images.get(url);
    this.#images.delete(url);
    if (found === undefined) {
      const image = new Image();
      image.draggable = false;
      image.alt = "";
      image.src = url;
      found = image.decode().then(() => image);
      found.catch(() => this.#images.delete(url));
    }
    this.#images.set(url, found);
    forgetOldest(this.#images, KEPT_PICTURES);
    return found;
  }

  // The picture with its codes as they are in the file: nothing converts them to a screen's profile.
  pixels(url) {
    let found = this.#pixels.get(url);
    if (found === undefined) {
      found = fetch(url)
        .then((answer) => (answer.ok ? answer.blob() : Promise.reject(new Error(String(answer.status)))))
        .then((file) => createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" }));
      this.#pixels.set(url, found);
      found.catch(() => this.#pixels.delete(url));
      forgetOldest(this.#pixels, KEPT_PIXELS, (old) => old.then((bitmap) => bitmap.close(), () => {}));
    }
    return found;
  }

  // The code at a pixel, [r, g, b].
  async read(url, x, y) {
    const bitmap = await this.pixels(url);
    this.#reader ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
    this.#reader.clearRect(0, 0, 1, 1);
    this.#reader.drawImage(bitmap, x, y, 1, 1, 0, 0, 1, 1);
    return [...this.#reader.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }

  // What a mask leaves out, as a dark veil, so that the colour within stays what it is.
  async veil(url) {
    const bitmap = await this.pixels(url);
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const data = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let k = 0; k < data.data.length; k += 4) {
      data.data[k + 3] = 255 - data.data[k];
      data.data[k] = data.data[k + 1] = data.data[k + 2] = 0;
    }
    context.putImageData(data, 0, 0);
    return canvas;
  }

  forget() {
    this.#images.clear();
    forgetOldest(this.#pixels, 0, (old) => old.then((bitmap) => bitmap.close(), () => {}));
  }
}
