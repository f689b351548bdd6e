package org.kd4j.core.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One way of writing a character: the points a pen passes, in a box 10 wide and 14 high, y
 * downwards. Points are grouped in smooth pieces; a corner ends one piece and begins the next.
 *
 * @param character which one
 * @param pieces the pieces, in writing order
 */
record Skeleton(char character, List<Piece> pieces) {
  /** The middle of the box. */
  static final double CENTRE_X = 5;

  static final double CENTRE_Y = 7;

  /**
   * A smooth piece of a stroke.
   *
   * @param x across
   * @param y down
   * @param joined whether its first point is the last one of the piece before: a corner
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Piece(double[] x, double[] y, boolean joined) {}

  /** All skeletons of our own, by character: digits first, then letters. */
  static final Map<Character, List<Skeleton>> ALL = read();

  private static Map<Character, List<Skeleton>> read() {
    Map<Character, List<Skeleton>> all = new LinkedHashMap<>();
    try (InputStream in = Skeleton.class.getResourceAsStream("skeletons.txt");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    java.util.Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && line.charAt(0) != '#') {
          Skeleton skeleton = parse(line);
          all.computeIfAbsent(skeleton.character, c -> new ArrayList<>()).add(skeleton);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("skeletons.txt is part of this jar", e);
    }
    return all;
  }

  private static Skeleton parse(String line) {
    List<Piece> pieces = new ArrayList<>();
    for (String stroke : line.substring(2).split(";")) {
      List<double[]> points = new ArrayList<>();
      boolean joined = false;
      for (String word : stroke.strip().split(" +")) {
        boolean corner = word.endsWith("*");
        String[] xy = (corner ? word.substring(0, word.length() - 1) : word).split(",");
        double[] point = {Double.parseDouble(xy[0]), Double.parseDouble(xy[1])};
        points.add(point);
        if (corner) {
          pieces.add(piece(points, joined));
          joined = true;
          points = new ArrayList<>(List.of(point));
        }
      }
      pieces.add(piece(points, joined));
    }
    return new Skeleton(line.charAt(0), List.copyOf(pieces));
  }

  /** A straight piece gets a middle, so that it can bend like the others. */
  private static Piece piece(List<double[]> points, boolean joined) {
    if (points.size() == 2) {
      double[] from = points.get(0);
      double[] to = points.get(1);
      points.add(1, new double[] {(from[0] + to[0]) / 2, (from[1] + to[1]) / 2});
    }
    double[] x = points.stream().mapToDouble(p -> p[0]).toArray();
    double[] y = points.stream().mapToDouble(p -> p[1]).toArray();
    return new Piece(x, y, joined);
  }
}
