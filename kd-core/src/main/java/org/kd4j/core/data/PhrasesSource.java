package org.kd4j.core.data;

import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code phrases}: generated sentences with a sentiment, see {@link Phrases}. Needs no file. Brings
 * its own validation set, so {@code train=6000} is what networks learn from.
 *
 * <p>Sentences of a split are drawn without a look at the others', and the grammar repeats itself:
 * of the default sizes 18 % of the test sentences and 15 % of the validation sentences stand in
 * train as well, word for word and with the same label, so an accuracy here is of known and new
 * sentences together. A short {@code train} holds fewer of them: 2 % of the test sentences at 500.
 */
public final class PhrasesSource implements DataSource {
  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing("train", "validation", "test", "seed");
    UsageException.require(
        spec.argument().isEmpty(),
        "phrases takes options only, as in phrases,train=500; was '%s'",
        spec);
    Phrases phrases = new Phrases(spec.integer("seed", 0));
    return new DataSet(
        "phrases",
        samples(phrases, "train", count(spec, "train", 6_000)),
        Optional.of(samples(phrases, "validation", count(spec, "validation", 1_000))),
        samples(phrases, "test", count(spec, "test", 2_000)),
        Phrases.CLASSES,
        0);
  }

  private static int count(SpecText spec, String key, int otherwise) {
    int count = spec.integer(key, otherwise);
    UsageException.require(
        count >= 1 && count <= 1_000_000,
        "phrases: %s must be 1 to 1000000 sentences, was %d",
        key,
        count);
    return count;
  }

  static TextSamples samples(Phrases phrases, String split, int count) {
    Vocabulary vocabulary = Phrases.vocabulary();
    TextBuilder texts = new TextBuilder(vocabulary, Phrases.LENGTH);
    for (int i = 0; i < count; i++) {
      String[] words = phrases.sentence(split, i).split(" ");
      int[] ids = new int[words.length];
      java.util.Arrays.setAll(ids, w -> vocabulary.id(words[w]));
      texts.add(ids, phrases.label(i));
    }
    return texts.build("phrases/" + split, Phrases.CLASSES.size());
  }

  @Override
  public String summary() {
    return "phrases, generated sentences with a sentiment; "
        + "options train=6000, validation=1000, test=2000, seed=0";
  }
}
