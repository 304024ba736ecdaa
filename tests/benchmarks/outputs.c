/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "outputs.h"

#include <gio/gio.h>

#include <errno.h>

gboolean
outputs_open (Output *outputs, guint n, GError **error)
{
  for (guint i = 0; i < n; i++) {
    Output *output = &outputs[i];

    if (output->path == NULL)
      continue;
    output->file = g_str_equal (output->path, "-") ? stdout : fopen (output->path, "we");
    if (output->file == NULL) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "--%s=%s: %s", output->option,
          output->path, g_strerror (errno));
      return FALSE;
    }
  }

  return TRUE;
}

gboolean
outputs_write (const Output *outputs, guint n, const Report *report, const Model *model)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < n; i++) {
    const Output *output = &outputs[i];

    if (output->file == NULL)
      continue;
    if (model)
      output->print_model (model, output->file);
    else
      output->print (report, output->file);
    if (fflush (output->file) != 0 || ferror (output->file)) {
      fprintf (stderr, "giosocket-replay: --%s=%s: cannot write: %s\n", output->option,
          output->path, g_strerror (errno));
      ok = FALSE;
    }
  }

  return ok;
}

void
outputs_close (Output *outputs, guint n)
{
  for (guint i = 0; i < n; i++)
    if (outputs[i].file && outputs[i].file != stdout)
      fclose (outputs[i].file);
}
