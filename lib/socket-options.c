/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "socket-options.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* The kinds of sockets, as bits. */
enum
{
  KIND_IPV4 = 1 << 0,
  KIND_IPV6 = 1 << 1,
  KIND_UNIX = 1 << 2,
  KIND_TCP = KIND_IPV4 | KIND_IPV6,
};

/* What is wanted where nothing is asked for. */
#define UNSET (-1)

/* Linux waits two hours before it probes a peer that says nothing, and 75 seconds between probes;
 * that helps nobody. */
#define KEEPALIVE_IDLE 60
#define KEEPALIVE_INTERVAL 10
#define KEEPALIVE_COUNT 6

typedef struct
{
  const gchar *property;
  const gchar *field; /* in stats; NULL: another row tells it */
  guint kinds;        /* that have it */
  gint level;
  gint option;
  gint (*want) (const GstGioSocketOptions *options); /* in the kernel's unit, or UNSET */
  void (*add) (GstStructure *stats, const gchar *field, gint value);
  gint overhead; /* the kernel adds as much again for itself: 2; else 1 */
} Row;

static gint
want_nothing (const GstGioSocketOptions *options)
{
  return UNSET;
}

static gint
want_keepalive (const GstGioSocketOptions *options)
{
  return options->keepalive ? TRUE : UNSET;
}

static gboolean
has_user_timeout (const GstGioSocketOptions *options)
{
  return options->user_timeout > 0 && GST_CLOCK_TIME_IS_VALID (options->user_timeout);
}

/* Three probes fit into what the user is ready to wait for. */
static gint
find_probe_time (const GstGioSocketOptions *options, gint otherwise)
{
  if (!options->keepalive)
    return UNSET;
  if (!has_user_timeout (options))
    return otherwise;

  return (gint)CLAMP (options->user_timeout / GST_SECOND / 3, 1, (guint64)otherwise);
}

static gint
want_keepalive_idle (const GstGioSocketOptions *options)
{
  return find_probe_time (options, KEEPALIVE_IDLE);
}

static gint
want_keepalive_interval (const GstGioSocketOptions *options)
{
  return find_probe_time (options, KEEPALIVE_INTERVAL);
}

static gint
want_keepalive_count (const GstGioSocketOptions *options)
{
  return options->keepalive ? KEEPALIVE_COUNT : UNSET;
}

static gint
want_user_timeout (const GstGioSocketOptions *options)
{
  guint64 ms = options->user_timeout / GST_MSECOND + (options->user_timeout % GST_MSECOND > 0);

  return has_user_timeout (options) ? (gint)MIN (ms, G_MAXINT) : UNSET;
}

/* The lower two bits are those of ECN, which TCP minds itself. */
static gint
want_qos_dscp (const GstGioSocketOptions *options)
{
  return options->qos_dscp >= 0 ? options->qos_dscp << 2 : UNSET;
}

static gint
want_send_buffer_size (const GstGioSocketOptions *options)
{
  return options->send_buffer_size > 0 ? (gint)options->send_buffer_size : UNSET;
}

static gint
want_receive_buffer_size (const GstGioSocketOptions *options)
{
  return options->receive_buffer_size > 0 ? (gint)options->receive_buffer_size : UNSET;
}

static void
add_boolean (GstStructure *stats, const gchar *field, gint value)
{
  gst_structure_set (stats, field, G_TYPE_BOOLEAN, value != 0, NULL);
}

static void
add_seconds (GstStructure *stats, const gchar *field, gint value)
{
  gst_structure_set (stats, field, G_TYPE_UINT64, value * GST_SECOND, NULL);
}

static void
add_milliseconds (GstStructure *stats, const gchar *field, gint value)
{
  gst_structure_set (stats, field, G_TYPE_UINT64, value * GST_MSECOND, NULL);
}

static void
add_dscp (GstStructure *stats, const gchar *field, gint value)
{
  gst_structure_set (stats, field, G_TYPE_INT, value >> 2, NULL);
}

static void
add_number (GstStructure *stats, const gchar *field, gint value)
{
  gst_structure_set (stats, field, G_TYPE_UINT64, (guint64)value, NULL);
}

/* The transport sets no-delay, because it depends on how it holds back.  A Unix socket's reader has
 * no buffer: the writer's counts. */
static const Row rows[] = {
  { "no-delay", "no-delay", KIND_TCP, IPPROTO_TCP, TCP_NODELAY, want_nothing, add_boolean, 1 },
  { "keepalive", "keepalive", KIND_TCP, SOL_SOCKET, SO_KEEPALIVE, want_keepalive, add_boolean, 1 },
  { "keepalive", "keepalive-idle", KIND_TCP, IPPROTO_TCP, TCP_KEEPIDLE, want_keepalive_idle,
      add_seconds, 1 },
  { "keepalive", "keepalive-interval", KIND_TCP, IPPROTO_TCP, TCP_KEEPINTVL,
      want_keepalive_interval, add_seconds, 1 },
  { "keepalive", "keepalive-count", KIND_TCP, IPPROTO_TCP, TCP_KEEPCNT, want_keepalive_count,
      add_number, 1 },
  { "user-timeout", "user-timeout", KIND_TCP, IPPROTO_TCP, TCP_USER_TIMEOUT, want_user_timeout,
      add_milliseconds, 1 },
  /* An IPv6 socket may have an IPv4 peer. */
  { "qos-dscp", NULL, KIND_IPV6, IPPROTO_IP, IP_TOS, want_qos_dscp, NULL, 1 },
  { "qos-dscp", "qos-dscp", KIND_IPV4, IPPROTO_IP, IP_TOS, want_qos_dscp, add_dscp, 1 },
  { "qos-dscp", "qos-dscp", KIND_IPV6, IPPROTO_IPV6, IPV6_TCLASS, want_qos_dscp, add_dscp, 1 },
  { "send-buffer-size", "send-buffer-size", KIND_TCP | KIND_UNIX, SOL_SOCKET, SO_SNDBUF,
      want_send_buffer_size, add_number, 2 },
  { "receive-buffer-size", "receive-buffer-size", KIND_TCP, SOL_SOCKET, SO_RCVBUF,
      want_receive_buffer_size, add_number, 2 },
};

void
gst_gio_socket_options_init (GstGioSocketOptions *options)
{
  *options = (GstGioSocketOptions){ .qos_dscp = -1 };
}

/* --- what cannot be had -------------------------------------------------- */

void
gst_gio_socket_report (const GstGioSocketReport *report, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  report->warn (text, report->user_data);
}

/* --- rows and sockets ---------------------------------------------------- */

static guint
get_kind (GSocket *socket)
{
  switch (g_socket_get_family (socket)) {
    case G_SOCKET_FAMILY_IPV4:
      return KIND_IPV4;
    case G_SOCKET_FAMILY_IPV6:
      return KIND_IPV6;
    default:
      return KIND_UNIX;
  }
}

static gboolean
read_option (const Row *row, GSocket *socket, gint *value)
{
  socklen_t size = sizeof (*value);

  return getsockopt (g_socket_get_fd (socket), row->level, row->option, value, &size) == 0;
}

/* The kernel takes any size and uses one that it likes. */
static void
compare_size (const Row *row, GSocket *socket, gint wanted, const GstGioSocketReport *report)
{
  gint value;

  if (row->overhead > 1 && read_option (row, socket, &value) && value / row->overhead < wanted)
    gst_gio_socket_report (report,
        "The system gives %d bytes where %s asks for %d. Raise its limit net.core.%s.",
        value / row->overhead, row->property, wanted,
        row->option == SO_SNDBUF ? "wmem_max" : "rmem_max");
}

static void
apply_row (const Row *row, GSocket *socket, gint wanted, const GstGioSocketReport *report)
{
  if (setsockopt (g_socket_get_fd (socket), row->level, row->option, &wanted, sizeof (wanted)) == 0)
    compare_size (row, socket, wanted, report);
  /* IPv4 on an IPv6 socket is for a peer that may not be there. */
  else if (row->field != NULL)
    gst_gio_socket_report (report, "The system does not take %s: %s.", row->property,
        g_strerror (errno));
}

/* Whether another row has the property for this kind. */
static gboolean
has_property (const gchar *property, guint kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (rows[i].property, property) && (rows[i].kinds & kind) != 0)
      return TRUE;
  }

  return FALSE;
}

void
gst_gio_socket_options_apply (const GstGioSocketOptions *options, GSocket *socket,
    const GstGioSocketReport *report)
{
  guint kind = get_kind (socket);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint wanted = rows[i].want (options);

    if (wanted == UNSET)
      continue;

    if ((rows[i].kinds & kind) != 0)
      apply_row (&rows[i], socket, wanted, report);
    else if (!has_property (rows[i].property, kind))
      gst_gio_socket_report (report, "%s has no effect on a Unix socket.", rows[i].property);
  }
}

void
gst_gio_socket_options_add_stats (GSocket *socket, GstStructure *stats)
{
  guint kind = get_kind (socket);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint value;

    if (rows[i].field != NULL && (rows[i].kinds & kind) != 0 &&
        read_option (&rows[i], socket, &value))
      rows[i].add (stats, rows[i].field, value);
  }
}
