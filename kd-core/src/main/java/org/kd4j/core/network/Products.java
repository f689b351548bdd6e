package org.kd4j.core.network;

/** A block that multiplies activations with each other, which no layer's weights tell of. */
interface Products {
  /** Multiply-adds of one sample's forward in these products. */
  long multiplyAdds();
}
