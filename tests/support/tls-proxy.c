/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "tls-proxy.h"

#include "support.h"

#include <gst/check/gstcheck.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

typedef struct
{
  TlsProxy *proxy;
  TlsProxyWay way;
  GSocket *from;
  GSocket *to;
  GThread *thread;

  /* Of this way's thread; the first two are read by others. */
  guint64 offset;
  guint records;
  guint64 next_record; /* where it begins */
  guint64 length_at;   /* where the length of the present one lies */
  guint length;
  guint64 place;
  gboolean is_cut;
} Half;

struct _TlsProxy
{
  TlsProxyPlan plan;
  guint server_port;
  GSocket *listener;
  GSocket *client;
  GSocket *server;
  GCancellable *cancellable;
  GThread *acceptor;
  Half halves[2];
};

/* --- where records begin ------------------------------------------------- */

#define CHANGE_CIPHER_SPEC 20

static void
begin_record (Half *half, guint64 at, guint8 type)
{
  const TlsProxyPlan *plan = &half->proxy->plan;
  guint record = half->records;

  half->length_at = at + TLS_PROXY_LENGTH;
  /* Until it is known. */
  half->next_record = G_MAXUINT64;
  if (type == CHANGE_CIPHER_SPEC)
    return;

  __atomic_fetch_add (&half->records, 1, __ATOMIC_RELEASE);
  if (plan->fault != TLS_PROXY_PASS && plan->way == half->way && plan->record == record)
    half->place = at + plan->byte;
}

static void
follow_records (Half *half, const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    guint64 at = half->offset + i;

    if (at == half->next_record)
      begin_record (half, at, data[i]);
    if (at == half->length_at)
      half->length = data[i] << 8;
    if (at == half->length_at + 1)
      half->next_record = at + 1 + (half->length | data[i]);
  }
}

/* --- what goes wrong ----------------------------------------------------- */

static void
push (Half *half, const guint8 *data, gsize size)
{
  gsize segment = half->proxy->plan.segment > 0 ? half->proxy->plan.segment : size;

  while (size > 0 && !half->is_cut) {
    gssize n = g_socket_send (half->to, (const gchar *)data, MIN (size, segment),
        half->proxy->cancellable, NULL);

    /* Who does not want the rest has seen enough, or the test has. */
    if (n <= 0) {
      half->is_cut = TRUE;
      return;
    }
    data += n;
    size -= n;
  }
}

static void
wait_for_the_end (Half *half)
{
  GPollFD fd;

  if (!g_cancellable_make_pollfd (half->proxy->cancellable, &fd))
    return;
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (half->proxy->cancellable);
}

/* Without closing it, as the other way's thread is at it. */
static void
reset (GSocket *socket)
{
  const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

  connect (g_socket_get_fd (socket), &nobody, sizeof nobody);
}

static void
go_wrong (Half *half, guint8 *data)
{
  const TlsProxyPlan *plan = &half->proxy->plan;

  if (plan->fault == TLS_PROXY_FLIP) {
    *data ^= plan->mask;
    return;
  }

  half->is_cut = TRUE;
  if (plan->fault == TLS_PROXY_CUT) {
    g_socket_shutdown (half->to, FALSE, TRUE, NULL);
  } else if (plan->fault == TLS_PROXY_STALL) {
    wait_for_the_end (half);
  } else {
    reset (half->to);
    reset (half->from);
  }
}

static void
pass_on (Half *half, guint8 *data, gsize size)
{
  gsize before = size;

  follow_records (half, data, size);
  if (half->place >= half->offset && half->place < half->offset + size)
    before = half->place - half->offset;
  __atomic_fetch_add (&half->offset, size, __ATOMIC_RELEASE);

  push (half, data, before);
  if (before == size)
    return;
  go_wrong (half, data + before);
  push (half, data + before, size - before);
}

/* What comes after a cut is read all the same: its sender is not to be held up, nor to be told by a
 * reset. */
static gpointer
run_half (gpointer data)
{
  Half *half = data;
  g_autofree guint8 *block = g_malloc (65536);
  gssize n;

  while ((n = g_socket_receive (half->from, (gchar *)block, 65536, half->proxy->cancellable,
              NULL)) > 0)
    pass_on (half, block, n);
  if (!half->is_cut)
    g_socket_shutdown (half->to, FALSE, TRUE, NULL);

  return NULL;
}

/* --- its life ------------------------------------------------------------ */

static void
start_half (TlsProxy *self, TlsProxyWay way, GSocket *from, GSocket *to)
{
  Half *half = &self->halves[way];

  half->from = from;
  half->to = to;
  g_socket_set_option (to, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  half->thread = g_thread_new ("tls-proxy", run_half, half);
}

static gpointer
accept_one (gpointer data)
{
  TlsProxy *self = data;

  self->client = g_socket_accept (self->listener, self->cancellable, NULL);
  if (self->client == NULL)
    return NULL;

  self->server = support_connect (self->server_port);
  start_half (self, TLS_PROXY_TO_SERVER, self->client, self->server);
  start_half (self, TLS_PROXY_TO_CLIENT, self->server, self->client);

  return NULL;
}

TlsProxy *
tls_proxy_new (guint server_port, const TlsProxyPlan *plan, guint *port)
{
  TlsProxy *self = g_new0 (TlsProxy, 1);

  self->plan = *plan;
  self->server_port = server_port;
  self->cancellable = g_cancellable_new ();
  self->listener = support_listen (port);
  for (guint i = 0; i < G_N_ELEMENTS (self->halves); i++) {
    self->halves[i].proxy = self;
    self->halves[i].way = i;
    self->halves[i].length_at = G_MAXUINT64 - 1;
    self->halves[i].place = G_MAXUINT64;
  }
  self->acceptor = g_thread_new ("tls-proxy", accept_one, self);

  return self;
}

void
tls_proxy_free (TlsProxy *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->acceptor);
  for (guint i = 0; i < G_N_ELEMENTS (self->halves); i++)
    g_clear_pointer (&self->halves[i].thread, g_thread_join);
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_free (self);
}

guint64
tls_proxy_bytes (TlsProxy *self, TlsProxyWay way)
{
  return __atomic_load_n (&self->halves[way].offset, __ATOMIC_ACQUIRE);
}

guint
tls_proxy_records (TlsProxy *self, TlsProxyWay way)
{
  return __atomic_load_n (&self->halves[way].records, __ATOMIC_ACQUIRE);
}
