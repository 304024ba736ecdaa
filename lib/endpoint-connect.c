/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/*
 * From settings to a peer that listens, as GSocketClient's asynchronous connect does it: a name may
 * have several addresses; when one has not answered for a while, the next is tried besides, and the
 * first that answers is taken ("happy eyeballs", RFC 8305).  GIO's proxy resolver says whether an
 * address is reached through a SOCKS or an HTTP proxy.
 *
 * Not GSocketClient itself: its synchronous connect waits for each address to give up, its
 * asynchronous one wants a main context that is iterated until the last name look-up is over, also
 * one that nobody waits for any more, and neither tells what each address said.
 */

#include "config.h"

#include "alarm.h"
#include "connect-attempt.h"

/* How long an address may be silent before the next one is tried, too. */
#define HEAD_START (250 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GSocketAddress *address;
  GSocket *socket;
  gint64 deadline; /* G_MAXINT64: none */
} Attempt;

typedef struct
{
  const GstGioSocketSettings *settings;
  const GstGioSocketReport *report;
  GCancellable *cancellable;
  GSocketAddressEnumerator *addresses; /* NULL: there are no more */
  GPtrArray *attempts;                 /* under way */
  gint64 next_start;
  GString *failures;
  GError *first_error;
} Race;

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->address);
  g_object_unref (attempt->socket);
  g_free (attempt);
}

static GSocketConnectable *
make_connectable (const GstGioSocketSettings *settings)
{
  if (settings->socket_path == NULL)
    return g_network_address_new (settings->host, settings->port);

  return G_SOCKET_CONNECTABLE (
      g_unix_socket_address_new_with_type (settings->socket_path, -1, settings->socket_type));
}

static void
race_init (Race *self, const GstGioSocketSettings *settings, const GstGioSocketReport *report,
    GCancellable *cancellable)
{
  g_autoptr (GSocketConnectable) peer = make_connectable (settings);

  *self = (Race){
    .settings = settings,
    .report = report,
    .cancellable = cancellable,
    .addresses = g_socket_connectable_proxy_enumerate (peer),
    .attempts = g_ptr_array_new_with_free_func ((GDestroyNotify)attempt_free),
    .failures = g_string_new (NULL),
  };
}

static void
race_clear (Race *self)
{
  g_clear_object (&self->addresses);
  g_ptr_array_unref (self->attempts);
  g_string_free (self->failures, TRUE);
  g_clear_error (&self->first_error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Race, race_clear)

/* --- what does not work -------------------------------------------------- */

/* What the user has given is not worth repeating. */
static void
note_failure (Race *self, GSocketAddress *address, const GError *error)
{
  g_autofree gchar *peer = gst_gio_socket_settings_describe (self->settings);
  g_autofree gchar *where = connect_attempt_describe (address);
  gboolean is_told = g_str_has_suffix (peer, where);

  g_string_append_printf (self->failures, "%s%s%s%s", self->failures->len > 0 ? "; " : "",
      is_told ? "" : where, is_told ? "" : ": ", error->message);
  if (self->first_error == NULL)
    self->first_error = g_error_copy (error);
  /* No reason to wait for the next one's turn. */
  self->next_start = 0;
}

static void
set_error_from_failures (Race *self, GError **error)
{
  if (self->first_error == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, "The name has no address");
  else if (self->failures->len == 0)
    g_propagate_error (error, g_steal_pointer (&self->first_error));
  else
    g_set_error_literal (error, self->first_error->domain, self->first_error->code,
        self->failures->str);
}

/* --- one address --------------------------------------------------------- */

static void
start_attempt (Race *self, GSocketAddress *address)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      connect_attempt_begin (self->settings, address, self->report, self->cancellable, &error);
  gint64 now = g_get_monotonic_time ();
  Attempt *attempt;

  if (socket == NULL) {
    note_failure (self, address, error);
    return;
  }

  attempt = g_new0 (Attempt, 1);
  attempt->address = g_object_ref (address);
  attempt->socket = socket;
  attempt->deadline =
      self->settings->timeout > 0 ? now + self->settings->timeout * G_TIME_SPAN_SECOND : G_MAXINT64;
  g_ptr_array_add (self->attempts, attempt);
  self->next_start = now + HEAD_START;
}

static void
start_next (Race *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address =
      g_socket_address_enumerator_next (self->addresses, self->cancellable, &error);

  if (address != NULL) {
    start_attempt (self, address);
    return;
  }

  g_clear_object (&self->addresses);
  if (error != NULL && self->first_error == NULL)
    self->first_error = g_steal_pointer (&error);
}

/* --- all of them --------------------------------------------------------- */

static gint
get_wait (Race *self)
{
  gint64 end = self->addresses != NULL ? self->next_start : G_MAXINT64;

  for (guint i = 0; i < self->attempts->len; i++)
    end = MIN (end, ((Attempt *)g_ptr_array_index (self->attempts, i))->deadline);
  if (end == G_MAXINT64)
    return -1;

  /* Rounded up, or the last millisecond would be spent awake. */
  return MAX (end - g_get_monotonic_time () + 999, 0) / G_TIME_SPAN_MILLISECOND;
}

/* Waits until something happens, or the next one's turn comes. */
static void
wait_for_answers (Race *self, GPollFD *fds)
{
  guint n = self->attempts->len;
  gboolean can_cancel = g_cancellable_make_pollfd (self->cancellable, &fds[n]);

  for (guint i = 0; i < n; i++) {
    Attempt *attempt = g_ptr_array_index (self->attempts, i);

    fds[i] = (GPollFD){ g_socket_get_fd (attempt->socket), G_IO_OUT, 0 };
  }

  g_poll (fds, n + can_cancel, get_wait (self));
  if (can_cancel)
    g_cancellable_release_fd (self->cancellable);
}

/* Returns: (transfer full): the socket of the first one that has come through */
static GSocket *
take_answers (Race *self, const GPollFD *fds)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->attempts->len; i-- > 0;) {
    Attempt *attempt = g_ptr_array_index (self->attempts, i);
    g_autoptr (GError) error = NULL;

    if (fds[i].revents != 0) {
      if (connect_attempt_finish (self->settings, attempt->address, attempt->socket,
              self->cancellable, &error))
        return g_object_ref (attempt->socket);
    } else if (now >= attempt->deadline) {
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No answer");
    }

    if (error != NULL) {
      note_failure (self, attempt->address, error);
      g_ptr_array_remove_index (self->attempts, i);
    }
  }

  return NULL;
}

static GSocket *
race_run (Race *self, GError **error)
{
  while (!g_cancellable_set_error_if_cancelled (self->cancellable, error)) {
    g_autofree GPollFD *fds = NULL;
    GSocket *socket;

    if (self->addresses != NULL &&
        (self->attempts->len == 0 || g_get_monotonic_time () >= self->next_start)) {
      start_next (self);
    } else if (self->attempts->len == 0) {
      set_error_from_failures (self, error);
      return NULL;
    } else {
      fds = g_new0 (GPollFD, self->attempts->len + 1);
      wait_for_answers (self, fds);
      socket = take_answers (self, fds);
      if (socket != NULL)
        return socket;
    }
  }

  return NULL;
}

/* --- in limited time ----------------------------------------------------- */

static void
cancel_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
alarm_cb (GstGioSocketAlarm *alarm, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* Name look-ups, addresses and proxies together may take as long as connect-timeout says. */
static GSocket *
run_until_timeout (Race *self, GError **error)
{
  GCancellable *cancellable = self->cancellable;
  g_autoptr (GCancellable) limit = g_cancellable_new ();
  GstGioSocketAlarm *alarm = gst_gio_socket_alarm_new ("giosocket-limit", alarm_cb,
      g_object_ref (limit), g_object_unref, error);
  GstClockTime now = gst_util_get_timestamp ();
  g_autoptr (GError) cause = NULL;
  GSocket *socket;
  gulong id = 0;

  if (alarm == NULL)
    return NULL;

  gst_gio_socket_alarm_set (alarm, now + MIN (self->settings->connect_timeout, G_MAXINT64 - now));
  if (cancellable != NULL)
    id = g_cancellable_connect (cancellable, G_CALLBACK (cancel_cb), limit, NULL);
  self->cancellable = limit;
  socket = race_run (self, &cause);
  self->cancellable = cancellable;
  g_cancellable_disconnect (cancellable, id);
  gst_gio_socket_alarm_stop (alarm);

  if (socket == NULL && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_cancellable_is_cancelled (cancellable))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s%sNo answer within %.3g s",
        self->failures->str, self->failures->len > 0 ? "; " : "",
        self->settings->connect_timeout / (gdouble)GST_SECOND);
  else if (socket == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));

  return socket;
}

GSocket *
gst_gio_socket_settings_connect (const GstGioSocketSettings *settings,
    const GstGioSocketReport *report, GCancellable *cancellable, GError **error)
{
  g_auto (Race) race;

  race_init (&race, settings, report, cancellable);

  if (settings->connect_timeout > 0 && GST_CLOCK_TIME_IS_VALID (settings->connect_timeout))
    return run_until_timeout (&race, error);

  return race_run (&race, error);
}
