/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <gio/gio.h>

/* Names that this process knows and no other: loopback has none with several addresses, and none
 * that is looked for in vain for ever. */

/* From now on "several.test" has these addresses, in this order, and "silent.test" is looked for until
 * that is cancelled.  All other names do not exist. */
void names_set (const gchar *const *addresses);

/* Waits until "silent.test" is looked for. */
void names_wait (void);
