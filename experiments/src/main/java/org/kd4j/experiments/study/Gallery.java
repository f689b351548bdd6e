package org.kd4j.experiments.study;

import java.util.List;

/**
 * Six test images for the report: the first of each of six classes, chosen without looking at any
 * prediction.
 *
 * @param rows in the test split
 * @param labels their true classes
 * @param pixels raw values 0 to 1, row-major, grey (channels averaged)
 * @param height of an image
 * @param width of an image
 * @param classNames of the data set
 */
public record Gallery(
    List<Integer> rows,
    List<Integer> labels,
    List<float[]> pixels,
    int height,
    int width,
    List<String> classNames) {}
