/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "peer.h"

#include "listening.h"
#include "support.h"

#include <gst/check/gstcheck.h>
#include <signal.h>
#include <unistd.h>

#define MAX_LOG 65536

struct _Peer
{
  gchar *command;
  GSubprocess *process;
  GThread *feeder;
  GThread *digester;
  GThread *logger;
  Stream *stream;
  Digest *digest;

  GMutex mutex;
  GString *log;
};

/* --- command ------------------------------------------------------------- */

static void
append_value (GString *text, Certificates *certificates, const gchar *name, guint port)
{
  const gchar *support = g_getenv ("GIOSOCKET_TESTS_SUPPORT");

  if (g_str_equal (name, "port"))
    g_string_append_printf (text, "%u", port);
  else if (g_str_has_suffix (name, ".py"))
    g_string_append_printf (text, "%s/%s", support, name);
  else if (g_str_has_suffix (name, ".pem") || g_str_has_suffix (name, ".txt"))
    g_string_append (text, certificates_path (certificates, name));
  else
    g_string_append (text, certificates_scratch (certificates, name));
}

gchar *
peer_expand (Certificates *certificates, const gchar *text, guint port)
{
  GString *expanded = g_string_new (NULL);
  g_auto (GStrv) parts = g_strsplit (text, "{", -1);

  g_string_append (expanded, parts[0]);
  for (guint i = 1; parts[i] != NULL; i++) {
    gchar *end = strchr (parts[i], '}');

    fail_unless (end != NULL, "%s", text);
    *end = '\0';
    append_value (expanded, certificates, parts[i], port);
    g_string_append (expanded, end + 1);
  }

  return g_string_free (expanded, FALSE);
}

/* --- its standard streams, a thread for each ----------------------------- */

static gpointer
digest_output (gpointer data)
{
  Peer *self = data;
  GInputStream *output = g_subprocess_get_stdout_pipe (self->process);
  g_autofree gchar *block = g_malloc (65536);
  gssize n;

  while ((n = g_input_stream_read (output, block, 65536, NULL, NULL)) > 0)
    digest_add (self->digest, block, n);

  return NULL;
}

static gpointer
keep_log (gpointer data)
{
  Peer *self = data;
  GInputStream *output = g_subprocess_get_stderr_pipe (self->process);
  gchar block[1024];
  gssize n;

  while ((n = g_input_stream_read (output, block, sizeof block, NULL, NULL)) > 0) {
    g_mutex_lock (&self->mutex);
    g_string_append_len (self->log, block, n);
    /* gnutls-serv logs whatever it receives. */
    if (self->log->len > 2 * MAX_LOG)
      g_string_erase (self->log, 0, MAX_LOG);
    g_mutex_unlock (&self->mutex);
  }

  return NULL;
}

static gpointer
feed_input (gpointer data)
{
  Peer *self = data;
  GOutputStream *input = g_subprocess_get_stdin_pipe (self->process);
  gboolean ok = TRUE;

  while (ok) {
    g_autoptr (GBytes) piece = stream_next (self->stream);

    if (piece == NULL)
      break;
    /* Who does not take it has a reason, which is seen elsewhere. */
    ok = g_output_stream_write_all (input, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece),
        NULL, NULL, NULL);
  }
  g_output_stream_close (input, NULL, NULL);

  return NULL;
}

/* --- its life ------------------------------------------------------------ */

static GSubprocess *
launch (Certificates *certificates, gchar **arguments, GSocket *socket)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
          G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree gchar *folder = g_path_get_dirname (certificates_scratch (certificates, "x"));
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_cwd (launcher, folder);
  /* A library that is preloaded for a sanitizer is for the test. */
  g_subprocess_launcher_unsetenv (launcher, "LD_PRELOAD");
  if (socket != NULL)
    g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (socket)), 3);
  process = g_subprocess_launcher_spawnv (launcher, (const gchar *const *)arguments, &error);
  fail_unless (process != NULL, "%s", error ? error->message : "");

  return process;
}

Peer *
peer_spawn_with_socket (Certificates *certificates, const gchar *command, guint port,
    GSocket *socket)
{
  Peer *self = g_new0 (Peer, 1);
  g_auto (GStrv) arguments = NULL;

  /* One that is gone while it is fed must not take the test with it. */
  signal (SIGPIPE, SIG_IGN);
  self->command = peer_expand (certificates, command, port);
  fail_unless (g_shell_parse_argv (self->command, NULL, &arguments, NULL), "%s", self->command);
  g_mutex_init (&self->mutex);
  self->log = g_string_new (NULL);
  self->digest = digest_new ();
  self->process = launch (certificates, arguments, socket);
  self->digester = g_thread_new ("peer-output", digest_output, self);
  self->logger = g_thread_new ("peer-log", keep_log, self);

  return self;
}

Peer *
peer_spawn (Certificates *certificates, const gchar *command, guint port)
{
  return peer_spawn_with_socket (certificates, command, port, NULL);
}

void
peer_free (Peer *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_pointer (&self->feeder, g_thread_join);
  g_clear_pointer (&self->digester, g_thread_join);
  g_clear_pointer (&self->logger, g_thread_join);
  g_object_unref (self->process);
  digest_free (self->digest);
  g_string_free (self->log, TRUE);
  g_mutex_clear (&self->mutex);
  g_free (self->command);
  g_free (self);
}

static gchar *
copy_log (Peer *self)
{
  gchar *log;

  g_mutex_lock (&self->mutex);
  log = g_strdup (self->log->str);
  g_mutex_unlock (&self->mutex);

  return log;
}

Digest *
peer_digest (Peer *self)
{
  return self->digest;
}

static gboolean
is_running (Peer *self)
{
  return g_subprocess_get_identifier (self->process) != NULL;
}

/* --- waiting ------------------------------------------------------------- */

/* Something that happens in another process can only be looked for, again and again. */
static void
wait_until (Peer *self, const gchar *what, gboolean (*is_true) (Peer *self, gpointer data),
    gpointer data)
{
  gint64 end = g_get_monotonic_time () + SUPPORT_PATIENCE / GST_USECOND;

  while (!is_true (self, data)) {
    gboolean was_running = is_running (self);

    if (g_get_monotonic_time () >= end || (!was_running && !is_true (self, data))) {
      g_autofree gchar *log = copy_log (self);

      fail ("%s (%s) never %s: %s", self->command, was_running ? "runs" : "has exited", what, log);
    }
    g_usleep (1000);
  }
}

static gboolean
listens (Peer *self, gpointer data)
{
  const gchar *pid = g_subprocess_get_identifier (self->process);
  guint *port = data;

  if (pid != NULL)
    *port = listening_port (pid);

  return *port != 0;
}

guint
peer_wait_port (Peer *self)
{
  guint port = 0;

  wait_until (self, "listened", listens, &port);

  return port;
}

static gboolean
has_bytes (Peer *self, gpointer data)
{
  return digest_bytes (self->digest) >= *(guint64 *)data;
}

void
peer_wait_bytes (Peer *self, guint64 bytes)
{
  wait_until (self, "wrote all", has_bytes, &bytes);
}

static gboolean
has_said (Peer *self, gpointer data)
{
  g_autofree gchar *log = copy_log (self);

  return strstr (log, data) != NULL;
}

void
peer_wait_log (Peer *self, const gchar *text)
{
  g_autofree gchar *what = g_strdup_printf ("said \"%s\"", text);

  wait_until (self, what, has_said, (gpointer)text);
}

static gboolean
has_ended (Peer *self, gpointer data)
{
  return !is_running (self);
}

void
peer_wait_end (Peer *self)
{
  wait_until (self, "ended", has_ended, NULL);
  g_clear_pointer (&self->feeder, g_thread_join);
  g_clear_pointer (&self->digester, g_thread_join);
  g_clear_pointer (&self->logger, g_thread_join);
  if (!g_subprocess_get_successful (self->process)) {
    g_autofree gchar *log = copy_log (self);

    fail ("%s failed: %s", self->command, log);
  }
}

void
peer_feed (Peer *self, Stream *stream)
{
  self->stream = stream;
  self->feeder = g_thread_new ("peer-input", feed_input, self);
}

void
peer_say (Peer *self, const gchar *text)
{
  GOutputStream *input = g_subprocess_get_stdin_pipe (self->process);

  fail_unless (g_output_stream_write_all (input, text, strlen (text), NULL, NULL, NULL), "%s",
      self->command);
}

void
peer_close_input (Peer *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
}
