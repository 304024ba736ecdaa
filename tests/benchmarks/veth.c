/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "veth.h"

#include <gio/gio.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SENDER_MAC "02:00:00:00:00:01"
#define RECEIVER_MAC "02:00:00:00:00:02"

static gboolean
set_errno_error (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot %s: %s", what,
      g_strerror (errno));
  return FALSE;
}

static gboolean
write_text (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gssize length = strlen (text);
  gboolean ok = fd >= 0 && write (fd, text, length) == length;

  if (fd >= 0)
    close (fd);
  return ok;
}

/* An ordinary user may make network namespaces where he is root: in a user namespace. */
static gboolean
become_root (GError **error)
{
  static gboolean done = FALSE;
  g_autofree char *uid_map = g_strdup_printf ("0 %u 1", geteuid ());
  g_autofree char *gid_map = g_strdup_printf ("0 %u 1", getegid ());

  if (geteuid () == 0 || done)
    return TRUE;
  if (unshare (CLONE_NEWUSER) < 0)
    return set_errno_error (error, "make a user namespace");
  if (!write_text ("/proc/self/setgroups", "deny") || !write_text ("/proc/self/uid_map", uid_map) ||
      !write_text ("/proc/self/gid_map", gid_map))
    return set_errno_error (error, "become root in a user namespace");

  done = TRUE;
  return TRUE;
}

/* An interface with IPv6 sends router solicitations and multicast reports of its own accord. */
static gboolean
enter_new_namespace (GError **error)
{
  if (unshare (CLONE_NEWNET) < 0)
    return set_errno_error (error, "make a network namespace");
  if (!write_text ("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1") && errno != ENOENT)
    return set_errno_error (error, "switch off IPv6 in a network namespace");

  return TRUE;
}

gboolean
veth_enter (int ns, GError **error)
{
  return setns (ns, CLONE_NEWNET) == 0 || set_errno_error (error, "enter a network namespace");
}

/* The child's side of run_batch(). */
G_NORETURN static void
exec_batch (const char *program, int in, int out)
{
  dup2 (in, STDIN_FILENO);
  dup2 (out, STDOUT_FILENO);
  dup2 (out, STDERR_FILENO);
  execlp (program, program, "-batch", "-", NULL);
  dprintf (STDERR_FILENO, "cannot run the program %s: %s", program, g_strerror (errno));
  _exit (127);
}

/* Not GSubprocess: it starts threads, and a process with threads cannot change its namespaces. */
static gboolean
run_batch (const char *program, const char *commands, GError **error)
{
  char output[1024] = "";
  int in[2], out[2], status;
  gssize length;
  pid_t pid;

  if (pipe2 (in, O_CLOEXEC) < 0 || pipe2 (out, O_CLOEXEC) < 0 || (pid = fork ()) < 0)
    return set_errno_error (error, "run a program of iproute2");
  if (pid == 0)
    exec_batch (program, in[0], out[1]);

  /* Our own reading end stays open until the commands are in the pipe, which has room for them: a
   * child that has failed already must not be our SIGPIPE. */
  length = write (in[1], commands, strlen (commands));
  close (in[0]);
  close (in[1]);
  close (out[1]);
  length = read (out[0], output, sizeof output - 1);
  output[MAX (length, 0)] = '\0';
  close (out[0]);
  waitpid (pid, &status, 0);

  if (status != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot set up a veth cable: %s",
        g_strdelimit (g_strchomp (output), "\n", ' '));
  return status == 0;
}

static gboolean
set_offload (int fd, const char *interface, guint32 command)
{
  struct ethtool_value off = { .cmd = command };
  struct ifreq request = { .ifr_data = (char *)&off };

  g_strlcpy (request.ifr_name, interface, sizeof request.ifr_name);
  return ioctl (fd, SIOCETHTOOL, &request) == 0;
}

static gboolean
stop_offloads (const char *interface, GError **error)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean ok = set_offload (fd, interface, ETHTOOL_STSO) &&
      set_offload (fd, interface, ETHTOOL_SGSO) && set_offload (fd, interface, ETHTOOL_SGRO);

  if (!ok)
    set_errno_error (error, "switch off segmentation offloads");
  close (fd);
  return ok;
}

static void
start_loopback (void)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

  ioctl (fd, SIOCSIFFLAGS, &request);
  close (fd);
}

/* The neighbours are told each other's address, so nobody has to ask for it. */
static gboolean
start_end (const char *interface, const char *address, const char *peer, const char *peer_mac,
    GError **error)
{
  g_autofree char *commands = g_strdup_printf ("address add %s/24 dev %s\n"
                                               "link set %s up\n"
                                               "neighbour add %s lladdr %s dev %s nud permanent\n",
      address, interface, interface, peer, peer_mac, interface);

  return run_batch ("ip", commands, error) && stop_offloads (interface, error);
}

static gboolean
lay_cable (int sender_ns, int receiver_ns, GError **error)
{
  g_autofree char *commands =
      g_strdup_printf ("link add dev sender mtu 1500 address " SENDER_MAC
                       " type veth peer name receiver mtu 1500 address " RECEIVER_MAC
                       " netns /proc/%d/fd/%d\n",
          getpid (), receiver_ns);

  return run_batch ("ip", commands, error) &&
      start_end ("sender", VETH_SENDER_HOST, VETH_RECEIVER_HOST, RECEIVER_MAC, error) &&
      veth_enter (receiver_ns, error) &&
      start_end ("receiver", VETH_RECEIVER_HOST, VETH_SENDER_HOST, SENDER_MAC, error) &&
      veth_enter (sender_ns, error);
}

gboolean
veth_open (int *receiver_ns, GError **error)
{
  int sender_ns = -1;
  gboolean ok;

  *receiver_ns = -1;
  if (!become_root (error) || !enter_new_namespace (error))
    return FALSE;

  *receiver_ns = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  ok = enter_new_namespace (error);
  start_loopback ();
  if (ok) {
    sender_ns = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    ok = lay_cable (sender_ns, *receiver_ns, error);
    close (sender_ns);
  }
  if (!ok) {
    close (*receiver_ns);
    *receiver_ns = -1;
  }

  return ok;
}

/* The bucket holds what the rate brings in 4 ms, and two packets at least; the queue before it what it
 * brings in 100 ms. */
gboolean
veth_limit (guint64 bits_per_second, GError **error)
{
  guint64 bytes_per_second = bits_per_second / 8;
  g_autofree char *commands =
      g_strdup_printf ("qdisc add dev sender root tbf rate %" G_GUINT64_FORMAT
                       "bit burst %" G_GUINT64_FORMAT " limit %" G_GUINT64_FORMAT "\n",
          bits_per_second, MAX (bytes_per_second / 250, 2 * 1514),
          MAX (bytes_per_second / 10, 20 * 1514));

  return run_batch ("tc", commands, error);
}

/* Checked once against tcpdump -i sender in the sender's namespace, tcpclientsink and three traces:
 * 5,570 packets of 2,212,780 bytes, 33,191 of 22,190,614, 13,824 of 20,912,392 in the capture, the
 * same here to the byte (each with its Ethernet header of 14), and nobody else's packet among
 * them. */
gboolean
veth_get_sent (guint64 *packets, guint64 *bytes)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/net/dev", &text, NULL, NULL))
    return FALSE;

  /* Eight columns for what was received, then bytes and packets sent. */
  line = strstr (text, "sender:");
  return line &&
      sscanf (line,
          "sender: %*u %*u %*u %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, bytes,
          packets) == 2;
}
