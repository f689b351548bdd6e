/**
 * Where results of phases and outputs of teachers are kept, by fingerprint: equal fingerprint, equal
 * result. Knows nothing of phases: an entry is a folder of files under a key, complete or absent.
 */
@NullMarked
package org.kd4j.core.store;

import org.jspecify.annotations.NullMarked;
