/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "crowd.h"

#include "support.h"

#include <gio/gunixsocketaddress.h>
#include <gst/check/gstcheck.h>
#include <sys/socket.h>

#define N_STALLED 3
#define PATIENCE (20 * G_TIME_SPAN_MILLISECOND)

struct _Crowd
{
  GSocket *listener;
  GSocket *refusing;
  guint port;
  guint refusing_port;
  gchar **names;
  guint32 seed;
  GCancellable *cancellable;
  GThread *host;
  GThread *guest;
};

/* Of one thread. */
typedef struct
{
  Crowd *crowd;
  GRand *rand;
  GSocket *stalled[N_STALLED];
  guint next;
} Person;

/* --- how they behave ------------------------------------------------------ */

/* What has come is not read, and what is under way is answered by a reset. */
static void
reset (GSocket *socket)
{
  struct linger linger = { 1, 0 };

  fail_unless_equals_int (setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger,
                              sizeof (linger)),
      0);
}

/* Until others are there, who do the same. */
static void
stall (Person *self, GSocket *socket)
{
  g_set_object (&self->stalled[self->next++ % N_STALLED], socket);
}

static gboolean
wait_for (Person *self, GSocket *socket, GIOCondition condition)
{
  return g_socket_condition_timed_wait (socket, condition, PATIENCE, self->crowd->cancellable,
      NULL);
}

static void
send_some (Person *self, GSocket *socket)
{
  g_autofree gchar *block = g_malloc0 (10000);

  if (wait_for (self, socket, G_IO_OUT))
    g_socket_send (socket, block, g_rand_int_range (self->rand, 1, 10000), NULL, NULL);
}

static void
read_on (Person *self, GSocket *socket)
{
  gchar block[10000];

  while (wait_for (self, socket, G_IO_IN) &&
      g_socket_receive (socket, block, sizeof (block), NULL, NULL) > 0)
    ;
}

static void
behave (Person *self, GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  if (g_rand_boolean (self->rand))
    send_some (self, socket);

  switch (g_rand_int_range (self->rand, 0, 5)) {
    case 0:
      break;
    case 1:
      reset (socket);
      break;
    case 2:
      stall (self, socket);
      break;
    case 3:
      g_socket_shutdown (socket, FALSE, TRUE, NULL);
      read_on (self, socket);
      break;
    default:
      read_on (self, socket);
      break;
  }
}

/* --- where they are ------------------------------------------------------- */

static GSocket *
visit (Person *self)
{
  guint n = g_strv_length (self->crowd->names);
  const gchar *name = self->crowd->names[g_rand_int_range (self->rand, 0, n)];
  g_autoptr (GSocketAddress) address =
      g_unix_socket_address_new_with_type (name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  /* Full is as good as not there. */
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_connect (socket, address, NULL, NULL))
    g_clear_object (&socket);

  return socket;
}

static gpointer
go_round (Crowd *crowd, GSocket *(*meet) (Person *self), guint32 seed)
{
  Person self = { .crowd = crowd, .rand = g_rand_new_with_seed (seed) };

  while (!g_cancellable_is_cancelled (crowd->cancellable)) {
    g_autoptr (GSocket) socket = meet (&self);

    if (socket != NULL)
      behave (&self, socket);
    else
      g_usleep (1000);
  }

  for (guint i = 0; i < N_STALLED; i++)
    g_clear_object (&self.stalled[i]);
  g_rand_free (self.rand);

  return NULL;
}

static GSocket *
receive_guest (Person *self)
{
  return g_socket_accept (self->crowd->listener, self->crowd->cancellable, NULL);
}

static gpointer
host_thread (gpointer data)
{
  Crowd *self = data;

  return go_round (self, receive_guest, self->seed);
}

static gpointer
guest_thread (gpointer data)
{
  Crowd *self = data;

  return go_round (self, visit, self->seed + 1);
}

static GSocket *
bind_only (guint *port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) local = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  fail_unless (g_socket_bind (socket, address, FALSE, NULL));
  local = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));

  return socket;
}

Crowd *
crowd_new (const gchar *const *names, guint32 seed)
{
  Crowd *self = g_new0 (Crowd, 1);

  self->listener = support_listen (&self->port);
  self->refusing = bind_only (&self->refusing_port);
  self->names = g_strdupv ((gchar **)names);
  self->seed = seed;
  self->cancellable = g_cancellable_new ();
  self->host = g_thread_new ("host", host_thread, self);
  self->guest = g_thread_new ("guest", guest_thread, self);

  return self;
}

guint
crowd_port (Crowd *self)
{
  return self->port;
}

guint
crowd_refusing_port (Crowd *self)
{
  return self->refusing_port;
}

void
crowd_free (Crowd *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->host);
  g_thread_join (self->guest);
  g_object_unref (self->cancellable);
  g_object_unref (self->listener);
  g_object_unref (self->refusing);
  g_strfreev (self->names);
  g_free (self);
}
