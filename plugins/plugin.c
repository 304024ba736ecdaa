/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include <gst/gst.h>

#include "gstgiosocketrecord.h"
#include "gstgiosocketsink.h"
#include "gstgiosocketsrc.h"
#include "gstrecvpool.h"
#include "gsttcpcork.h"
#include "gstwriteaggregate.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  gboolean registered = TRUE;

  registered &= gst_gio_socket_record_register (plugin);
  registered &= GST_ELEMENT_REGISTER (giosocketsink, plugin);
  registered &= GST_ELEMENT_REGISTER (giosocketsrc, plugin);
  registered &= GST_ELEMENT_REGISTER (recvpool, plugin);
  registered &= GST_ELEMENT_REGISTER (tcpcork, plugin);
  registered &= GST_ELEMENT_REGISTER (writeaggregate, plugin);

  return registered;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, giosocket,
    "Elements for TCP, TLS and Unix stream sockets", plugin_init, VERSION, GST_LICENSE,
    GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
