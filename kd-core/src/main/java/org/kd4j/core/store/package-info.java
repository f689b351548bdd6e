/**
 * Where results of phases and outputs of teachers are kept, by fingerprint: equal fingerprint,
 * equal result. Knows nothing of phases: an entry is a folder of files under a key, complete or
 * absent.
 *
 * <p>Start reading at {@link org.kd4j.core.store.Store}, then {@link
 * org.kd4j.core.store.FileStore}, whose Javadoc shows the layout on disk. Checksums are CRC32C,
 * since they guard against torn files and not against forgers.
 */
@NullMarked
package org.kd4j.core.store;

import org.jspecify.annotations.NullMarked;
