/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "count-calls.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Checked once against strace -f -e trace=sendto,sendmsg,sendmmsg,writev: tcpclientsink with 60
 * buffers of 1 MB made 150 calls of sendto, 30 of them refused with EAGAIN, and 150 were counted.
 * Calls made past the C library (io_uring) would not be seen; nothing here makes any. */

static gboolean counting;
static CallCounts counts;

static void
count (guint64 *counter)
{
  if (__atomic_load_n (&counting, __ATOMIC_RELAXED))
    __atomic_fetch_add (counter, 1, __ATOMIC_RELAXED);
}

/* Not on pipes and files, and not on the socket pairs that GstPoll wakes its threads with. */
static void
count_on_network (int fd, guint64 *counter)
{
  socklen_t length = sizeof (int);
  int domain;

  if (__atomic_load_n (&counting, __ATOMIC_RELAXED) &&
      getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain != AF_UNIX)
    count (counter);
}

void
count_calls_begin (void)
{
  counts = (CallCounts){ 0 };
  __atomic_store_n (&counting, TRUE, __ATOMIC_SEQ_CST);
}

CallCounts
count_calls_end (void)
{
  __atomic_store_n (&counting, FALSE, __ATOMIC_SEQ_CST);
  return counts;
}

ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  count (&counts.sends);
  return syscall (SYS_sendto, fd, data, size, flags, NULL, 0);
}

ssize_t
sendto (int fd, const void *data, size_t size, int flags, __CONST_SOCKADDR_ARG address,
    socklen_t length)
{
  count (&counts.sends);
  return syscall (SYS_sendto, fd, data, size, flags, address.__sockaddr__, length);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  count (&counts.sends);
  return syscall (SYS_sendmsg, fd, message, flags);
}

int
sendmmsg (int fd, struct mmsghdr *messages, unsigned int n_messages, int flags)
{
  count (&counts.sends);
  return syscall (SYS_sendmmsg, fd, messages, n_messages, flags);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  count_on_network (fd, &counts.sends);
  return syscall (SYS_write, fd, data, size);
}

ssize_t
writev (int fd, const struct iovec *vectors, int n_vectors)
{
  count_on_network (fd, &counts.sends);
  return syscall (SYS_writev, fd, vectors, n_vectors);
}

int
setsockopt (int fd, int level, int option, const void *value, socklen_t length)
{
  count (&counts.options);
  return syscall (SYS_setsockopt, fd, level, option, value, length);
}
