/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "count-calls.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
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
      syscall (SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
      domain != AF_UNIX)
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

guint64
count_calls_sum (const CallCounts *sum)
{
  return sum->sends + sum->receives + sum->options + sum->queries + sum->polls;
}

/* --- sending ------------------------------------------------------------- */

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

/* --- receiving ----------------------------------------------------------- */

ssize_t
recv (int fd, void *data, size_t size, int flags)
{
  count (&counts.receives);
  return syscall (SYS_recvfrom, fd, data, size, flags, NULL, NULL);
}

ssize_t
recvfrom (int fd, void *data, size_t size, int flags, __SOCKADDR_ARG address, socklen_t *length)
{
  count (&counts.receives);
  return syscall (SYS_recvfrom, fd, data, size, flags, address.__sockaddr__, length);
}

ssize_t
recvmsg (int fd, struct msghdr *message, int flags)
{
  count (&counts.receives);
  return syscall (SYS_recvmsg, fd, message, flags);
}

int
recvmmsg (int fd, struct mmsghdr *messages, unsigned int n_messages, int flags,
    struct timespec *timeout)
{
  count (&counts.receives);
  return syscall (SYS_recvmmsg, fd, messages, n_messages, flags, timeout);
}

ssize_t
read (int fd, void *data, size_t size)
{
  count_on_network (fd, &counts.receives);
  return syscall (SYS_read, fd, data, size);
}

ssize_t
readv (int fd, const struct iovec *vectors, int n_vectors)
{
  count_on_network (fd, &counts.receives);
  return syscall (SYS_readv, fd, vectors, n_vectors);
}

/* --- the rest ------------------------------------------------------------ */

int
setsockopt (int fd, int level, int option, const void *value, socklen_t length)
{
  count (&counts.options);
  return syscall (SYS_setsockopt, fd, level, option, value, length);
}

int
getsockopt (int fd, int level, int option, void *value, socklen_t *length)
{
  count (&counts.queries);
  return syscall (SYS_getsockopt, fd, level, option, value, length);
}

int
ioctl (int fd, unsigned long request, ...)
{
  va_list arguments;
  void *argument;

  va_start (arguments, request);
  argument = va_arg (arguments, void *);
  va_end (arguments);

  if (request == FIONREAD)
    count (&counts.queries);
  return syscall (SYS_ioctl, fd, request, argument);
}

/* The kernel writes into the time that it is given, the C library does not. */
int
ppoll (struct pollfd *fds, nfds_t n_fds, const struct timespec *timeout, const sigset_t *mask)
{
  struct timespec left = timeout ? *timeout : (struct timespec){ 0 };

  count (&counts.polls);
  return syscall (SYS_ppoll, fds, n_fds, timeout ? &left : NULL, mask, _NSIG / 8);
}

int
poll (struct pollfd *fds, nfds_t n_fds, int timeout_ms)
{
  struct timespec timeout = { .tv_sec = timeout_ms / 1000,
    .tv_nsec = timeout_ms % 1000 * 1000000L };

  count (&counts.polls);
  return syscall (SYS_ppoll, fds, n_fds, timeout_ms < 0 ? NULL : &timeout, NULL, 0);
}
