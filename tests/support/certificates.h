/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

/* Certificates and keys of a test run, as PEM files in a temporary folder.  Nothing is made before
 * it is asked for by name, and nothing twice; a key of RSA is the only one that takes long.  For
 * use by one thread.  Everything asserts.
 *
 * For each of these names NAME
 *
 *   ca              a root; what is not said to be otherwise is signed by it
 *   other-ca        another root, for those who do not know it
 *   intermediate    signed by ca, and may sign
 *   server          localhost, 127.0.0.1 and ::1, ECDSA P-256, as are all but the next two
 *   server-rsa      the same names, RSA 2048
 *   server-ed25519  the same names, Ed25519
 *   sni             sni.example
 *   wrong-name      other.example
 *   expired         as server, until CERTIFICATES_EXPIRED
 *   not-yet-valid   as server, from CERTIFICATES_NOT_YET_VALID
 *   other-issuer    as server, signed by other-ca
 *   self-signed     as server, signed by itself
 *   chain           as server, signed by intermediate, which is in the same file
 *   client          for a client
 *   other-client    for a client, signed by other-ca
 *
 * there are NAME.pem, the certificate; NAME-key.pem, its key in PKCS#8; NAME-with-key.pem, both;
 * and NAME-encrypted-key.pem, for which CERTIFICATES_PASSWORD is needed.
 *
 * psk.txt has the line CERTIFICATES_PSK_IDENTITY:CERTIFICATES_PSK_KEY and the mode 0600;
 * psk-open.txt the same line and the mode 0644; psk-other.txt another key for the same identity. */
typedef struct _Certificates Certificates;

/* Dates as gst-giosocket and everybody else should see them, in UTC. */
#define CERTIFICATES_EXPIRED "2020-01-31"
#define CERTIFICATES_NOT_YET_VALID "2090-03-01"

#define CERTIFICATES_PASSWORD "correct horse"
#define CERTIFICATES_PSK_IDENTITY "tester"
#define CERTIFICATES_PSK_KEY "8f2c1d7be05946a3b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778a"

Certificates *certificates_new (void);

/* Removes the folder and all files in it. */
void certificates_free (Certificates *self);

/* Where the file of that name lies; valid until certificates_free(). */
const gchar *certificates_path (Certificates *self, const gchar *name);

/* A name for a file that somebody else is going to write into the folder, or has written. */
const gchar *certificates_scratch (Certificates *self, const gchar *name);

/* Writes NAME's certificate and key, made anew, over the files that are there. */
void certificates_renew (Certificates *self, const gchar *name);

/* SHA-256 of the certificate of that NAME (without .pem) in DER, in lower-case hexadecimal. */
gchar *certificates_fingerprint (Certificates *self, const gchar *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Certificates, certificates_free)
