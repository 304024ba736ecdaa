/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

/*
 * Tells ThreadSanitizer what GLib and GStreamer order: they are not built with it, so it does not see
 * that their locks and reference counts are any.  Linked into the tests of a build with
 * b_sanitize=thread; whatever is loaded into them finds these functions first.
 *
 * Coarser than the truth where that is simpler: an unref orders the thread behind all unrefs before
 * it.
 */

#include <dlfcn.h>
#include <gst/gst.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

/* Looked up before main (), when there is one thread. */
#define REAL(type, name, parameters)                                                               \
  static type (*real_##name) parameters;                                                           \
  __attribute__ ((constructor)) static void find_##name (void)                                     \
  {                                                                                                \
    *(void **)&real_##name = dlsym (RTLD_NEXT, #name);                                             \
  }

/* What happens before main () happens in other constructors, too. */
#define CALL(name)                                                                                 \
  if (real_##name == NULL)                                                                         \
  find_##name ()

REAL (void, g_mutex_lock, (GMutex *))
REAL (gboolean, g_mutex_trylock, (GMutex *))
REAL (void, g_mutex_unlock, (GMutex *))
REAL (void, g_rec_mutex_lock, (GRecMutex *))
REAL (gboolean, g_rec_mutex_trylock, (GRecMutex *))
REAL (void, g_rec_mutex_unlock, (GRecMutex *))
REAL (void, g_cond_wait, (GCond *, GMutex *))
REAL (gboolean, g_cond_wait_until, (GCond *, GMutex *, gint64))
REAL (void, g_async_queue_push, (GAsyncQueue *, gpointer))
REAL (gpointer, g_async_queue_pop, (GAsyncQueue *))
REAL (gpointer, g_async_queue_try_pop, (GAsyncQueue *))
REAL (gpointer, g_async_queue_timeout_pop, (GAsyncQueue *, guint64))
REAL (void, g_object_unref, (gpointer))
REAL (void, gst_object_unref, (gpointer))
REAL (void, gst_mini_object_unref, (GstMiniObject *))

void
g_mutex_lock (GMutex *mutex)
{
  CALL (g_mutex_lock);
  real_g_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean locked;

  CALL (g_mutex_trylock);
  locked = real_g_mutex_trylock (mutex);
  if (locked)
    __tsan_acquire (mutex);

  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  CALL (g_mutex_unlock);
  __tsan_release (mutex);
  real_g_mutex_unlock (mutex);
}

void
g_rec_mutex_lock (GRecMutex *mutex)
{
  CALL (g_rec_mutex_lock);
  real_g_rec_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_rec_mutex_trylock (GRecMutex *mutex)
{
  gboolean locked;

  CALL (g_rec_mutex_trylock);
  locked = real_g_rec_mutex_trylock (mutex);
  if (locked)
    __tsan_acquire (mutex);

  return locked;
}

void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  CALL (g_rec_mutex_unlock);
  __tsan_release (mutex);
  real_g_rec_mutex_unlock (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  CALL (g_cond_wait);
  __tsan_release (mutex);
  real_g_cond_wait (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean signalled;

  CALL (g_cond_wait_until);
  __tsan_release (mutex);
  signalled = real_g_cond_wait_until (cond, mutex, end_time);
  __tsan_acquire (mutex);

  return signalled;
}

/* Its lock is taken inside of GLib. */

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  CALL (g_async_queue_push);
  __tsan_release (queue);
  real_g_async_queue_push (queue, data);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data;

  CALL (g_async_queue_pop);
  data = real_g_async_queue_pop (queue);
  __tsan_acquire (queue);

  return data;
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data;

  CALL (g_async_queue_try_pop);
  data = real_g_async_queue_try_pop (queue);
  __tsan_acquire (queue);

  return data;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data;

  CALL (g_async_queue_timeout_pop);
  data = real_g_async_queue_timeout_pop (queue, timeout);
  __tsan_acquire (queue);

  return data;
}

/* The last unref comes after all others. */

void (g_object_unref) (gpointer object)
{
  CALL (g_object_unref);
  __tsan_release (object);
  __tsan_acquire (object);
  real_g_object_unref (object);
}

void (gst_object_unref) (gpointer object)
{
  CALL (gst_object_unref);
  __tsan_release (object);
  __tsan_acquire (object);
  real_gst_object_unref (object);
}

static gboolean
release_buffer (GstBuffer **buffer, guint index, gpointer user_data)
{
  __tsan_release (&GST_MINI_OBJECT_CAST (*buffer)->refcount);

  return TRUE;
}

static void
release_list (GstBufferList *list)
{
  if (list != NULL)
    gst_buffer_list_foreach (list, release_buffer, NULL);
}

/* With a sample or a list go references to buffers, inside of GStreamer. */
static void
release_what_it_holds (GstMiniObject *object)
{
  if (GST_IS_SAMPLE (object)) {
    GstBuffer *buffer = gst_sample_get_buffer (GST_SAMPLE_CAST (object));

    if (buffer != NULL)
      release_buffer (&buffer, 0, NULL);
    release_list (gst_sample_get_buffer_list (GST_SAMPLE_CAST (object)));
  } else if (GST_IS_BUFFER_LIST (object)) {
    release_list (GST_BUFFER_LIST_CAST (object));
  }
}

/* GStreamer may make the last one itself; who looks at the count then comes after the others, too. */
void (gst_mini_object_unref) (GstMiniObject *object)
{
  CALL (gst_mini_object_unref);
  release_what_it_holds (object);
  __tsan_release (&object->refcount);
  __tsan_acquire (&object->refcount);
  real_gst_mini_object_unref (object);
}
