/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "tls-session.h"

/* Has the engine push to @outgoing and pull from @incoming. */
void tls_session_set_up_wire (TlsSession *self);

/* Where the engine wants more: is there going to be more?  Returns: @code, or
 * GNUTLS_E_PREMATURE_TERMINATION */
gssize tls_session_correct_code (TlsSession *self, gssize code);
