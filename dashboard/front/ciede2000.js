// CIEDE2000 with kL = kC = kH = 1, and sRGB in CIELAB, as brandkit.colour has them.
// Sharma, Wu and Dalal (2005), Color Research and Application 30(1); their numbers of equations.

const POW25_7 = 25 ** 7;
const RAD = Math.PI / 180;

// Angle of a hue in degrees, 0 to 360; 0 of a grey.
function hueOf(a, b) {
  if (a === 0 && b === 0) return 0;
  const angle = Math.atan2(b, a) / RAD;
  return angle < 0 ? angle + 360 : angle;
}

// Difference of two colours [L*, a*, b*].
function ciede2000([L1, a1, b1], [L2, a2, b2]) {
  const C_ab = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2; // (2), (3)
  const G = 0.5 * (1 - Math.sqrt(C_ab ** 7 / (C_ab ** 7 + POW25_7))); // (4)
  const a1p = (1 + G) * a1, a2p = (1 + G) * a2; // (5)
  const C1p = Math.hypot(a1p, b1), C2p = Math.hypot(a2p, b2); // (6)
  const h1p = hueOf(a1p, b1), h2p = hueOf(a2p, b2); // (7)
  const chromatic = C1p * C2p !== 0;

  const dLp = L2 - L1; // (8)
  const dCp = C2p - C1p; // (9)
  let dhp = chromatic ? h2p - h1p : 0; // (10)
  if (dhp > 180) dhp -= 360;
  else if (dhp < -180) dhp += 360;
  const dHp = 2 * Math.sqrt(C1p * C2p) * Math.sin((dhp / 2) * RAD); // (11)

  const Lp = (L1 + L2) / 2; // (12)
  const Cp = (C1p + C2p) / 2; // (13)
  let hp = h1p + h2p; // (14)
  if (chromatic) {
    if (Math.abs(h1p - h2p) > 180) hp += hp < 360 ? 360 : -360;
    hp /= 2;
  }
  const T = // (15)
    1 - 0.17 * Math.cos((hp - 30) * RAD) + 0.24 * Math.cos(2 * hp * RAD) +
    0.32 * Math.cos((3 * hp + 6) * RAD) - 0.2 * Math.cos((4 * hp - 63) * RAD);
  const dtheta = 30 * Math.exp(-(((hp - 275) / 25) ** 2)); // (16)
  const R_C = 2 * Math.sqrt(Cp ** 7 / (Cp ** 7 + POW25_7)); // (17)
  const S_L = 1 + (0.015 * (Lp - 50) ** 2) / Math.sqrt(20 + (Lp - 50) ** 2); // (18)
  const S_C = 1 + 0.045 * Cp; // (19)
  const S_H = 1 + 0.015 * Cp * T; // (20)
  const R_T = -Math.sin(2 * dtheta * RAD) * R_C; // (21)
  const dL = dLp / S_L, dC = dCp / S_C, dH = dHp / S_H;
  return Math.sqrt(Math.max(dL ** 2 + dC ** 2 + dH ** 2 + R_T * dC * dH, 0)); // (22)
}

// IEC 61966-2-1, of four decimals; the reference white is the sum of each row.
const RGB_TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];

// A colour of 8 bits, [r, g, b], in CIELAB.
function labOf(rgb8) {
  const linear = rgb8.map((code) => {
    const value = code / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = RGB_TO_XYZ.map((row) => {
    const relative = row.reduce((sum, weight, k) => sum + weight * linear[k], 0) / (row[0] + row[1] + row[2]);
    return relative > (6 / 29) ** 3 ? Math.cbrt(relative) : ((29 / 6) ** 2 / 3) * relative + 4 / 29;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

// #RRGGBB of a colour of 8 bits, and back.
const hexOf = (rgb8) => "#" + rgb8.map((code) => code.toString(16).padStart(2, "0")).join("").toUpperCase();
const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// The swatch, of {name, hex}, that a colour is nearest to, and how far: {name, hex, de00}.
function nearestOf(rgb8, swatches) {
  const lab = labOf(rgb8);
  let best = null;
  for (const { name, hex } of swatches) {
    const de00 = ciede2000(lab, labOf(rgbOf(hex)));
    if (best === null || de00 < best.de00) best = { name, hex, de00 };
  }
  return best;
}
