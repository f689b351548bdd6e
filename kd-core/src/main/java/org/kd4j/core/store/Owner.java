package org.kd4j.core.store;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that holds a lease or writes a temporary file: who it is, and whether it is known to be
 * gone. The text form is fit for file names.
 *
 * @param host the machine's name
 * @param space the process id's name space, since containers may share a host's name but not its
 *     ids
 * @param pid its id
 * @param start when it started, in milliseconds, since ids are used again; 0 if unknown
 */
record Owner(String host, String space, long pid, long start) {
  private static final Pattern TEXT =
      Pattern.compile("([A-Za-z0-9._-]+)~([0-9]+)~([0-9]{1,18})~([0-9]{1,18})");

  /** The clock by which starts are told may be set by as much as this meanwhile. */
  private static final long START_TOLERANCE = 2000;

  private static final Owner ME = me();

  /** This process. */
  static Owner current() {
    return ME;
  }

  /** Reads the text form; empty for anything else. */
  static Optional<Owner> parse(String text) {
    Matcher m = TEXT.matcher(text);
    return m.matches()
        ? Optional.of(
            new Owner(
                m.group(1), m.group(2), Long.parseLong(m.group(3)), Long.parseLong(m.group(4))))
        : Optional.empty();
  }

  /** Whether it ran on this machine, so that its absence here proves it gone. */
  boolean isLocal() {
    return host.equals(ME.host) && space.equals(ME.space);
  }

  /** Whether it certainly runs no more; of another machine's processes that is never certain. */
  boolean isGone() {
    return isLocal() && ProcessHandle.of(pid).filter(this::isSame).isEmpty();
  }

  private boolean isSame(ProcessHandle process) {
    long itsStart = started(process);
    boolean known = start != 0 && itsStart != 0;
    return process.isAlive() && !(known && Math.abs(itsStart - start) > START_TOLERANCE);
  }

  /** For people: "process 4711 on host". */
  String described() {
    return "process " + pid + " on " + host;
  }

  @Override
  public String toString() {
    return host + '~' + space + '~' + pid + '~' + start;
  }

  private static Owner me() {
    ProcessHandle process = ProcessHandle.current();
    String host = hostName().replaceAll("[^A-Za-z0-9._-]", "-");
    return new Owner(
        host.isEmpty() ? "unnamed" : host, processSpace(), process.pid(), started(process));
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Asks the kernel or the environment first: a name server may take seconds to answer. */
  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      String name = System.getenv("COMPUTERNAME");
      if (name != null) {
        return name;
      }
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "unnamed";
    }
  }

  private static String processSpace() {
    try {
      String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      String digits = link.replaceAll("[^0-9]", "");
      return digits.isEmpty() ? "0" : digits;
    } catch (IOException | UnsupportedOperationException e) {
      return "0";
    }
  }
}
