(function (data) {
    // ECMAScript 3, which is what After Effects runs. Every text comes from the data above, never from names.
    var LABELS = { failed: 1, error: 10, warned: 2, waived: 3 }; // red, purple, yellow, aqua in the preferences
    var folder = new File($.fileName).parent;
    var missing = [];

    function beside(name) {
        return new File(folder.absoluteURI + "/" + name);
    }

    function imported(file, sequence) {
        if (!file.exists) {
            missing.push(file.fsName);
            return null;
        }
        var options = new ImportOptions(file);
        options.sequence = sequence;
        var footage = app.project.importFile(options);
        if (sequence) {
            footage.mainSource.conformFrameRate = data.rate;
        }
        return footage;
    }

    function seconds(frame) {
        return frame / data.rate;
    }

    function composition(name) {
        return app.project.items.addComp(name, data.width, data.height, 1, seconds(data.frames), data.rate);
    }

    function span(layer, first, last) {
        layer.inPoint = seconds(first);
        layer.outPoint = seconds(last + 1);
    }

    function mark(property, marker) {
        var value = new MarkerValue(marker.text);
        value.duration = seconds(marker.length);
        if (value.label !== undefined) { // After Effects 16 and later
            value.label = LABELS[marker.outcome] || 0;
        }
        property.setValueAtTime(seconds(marker.frame), value);
    }

    function corrected() {
        var footage = imported(beside(data.clip), data.sequence);
        if (footage === null) {
            return;
        }
        var comp = composition(data.name);
        span(comp.layers.add(footage), 0, data.frames - 1);
        for (var i = 0; i < data.markers.length; i++) {
            mark(comp.markerProperty, data.markers[i]);
        }
        comp.openInViewer();
    }

    function through(comp, layer, name) {
        var matte = imported(beside(name), false);
        if (matte === null) {
            return;
        }
        var above = comp.layers.add(matte);
        span(above, 0, data.frames - 1);
        above.moveBefore(layer);
        if (layer.setTrackMatte) { // After Effects 23 and later
            layer.setTrackMatte(above, TrackMatteType.LUMA);
        } else {
            layer.trackMatteType = TrackMatteType.LUMA;
        }
    }

    function by_lut() {
        var original = imported(new File(data.original), data.sequence);
        if (original === null) {
            return;
        }
        var comp = composition(data.name + " by LUT");
        span(comp.layers.add(original), 0, data.frames - 1);
        for (var i = 0; i < data.grades.length; i++) {
            var grade = data.grades[i];
            var layer = comp.layers.add(original);
            layer.name = grade.lut;
            layer.comment = "Effect > Utility > Apply Color LUT: " + grade.lut;
            span(layer, grade.first, grade.last);
            if (grade.rise > grade.first && grade.matte === null) {
                var opacity = layer.property("ADBE Transform Group").property("ADBE Opacity");
                opacity.setValueAtTime(seconds(grade.first), grade.start);
                opacity.setValueAtTime(seconds(grade.rise), 100);
            }
            if (grade.matte !== null) {
                through(comp, layer, grade.matte);
            }
        }
    }

    app.beginUndoGroup("brandkit");
    try {
        corrected();
        if (data.grades.length > 0) {
            by_lut();
        }
    } finally {
        app.endUndoGroup();
    }
    if (missing.length > 0) {
        alert("Not found, and left out:\n" + missing.join("\n"));
    }
})(DATA);
