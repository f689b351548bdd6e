package org.kd4j.features;

/** Whether features are learnt first or beside the rest. */
public enum Stages {
  /** A phase for the features alone, then one for labels and soft targets: the papers'. */
  TWO,
  /** Everything in one phase. */
  SINGLE
}
