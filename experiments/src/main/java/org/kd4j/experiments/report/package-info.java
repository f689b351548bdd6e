/** What a study leaves behind: the table, CSV, the run directory, the report page. */
@NullMarked
package org.kd4j.experiments.report;

import org.jspecify.annotations.NullMarked;
