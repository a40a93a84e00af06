#ifndef CREMOTEFILES_H
#define CREMOTEFILES_H

#include <stdint.h>
#include <zlib.h>

/// Starts unpacking of gzip members; zlib declares its own call as a macro, which Swift does not see.
int remote_gunzip_init(z_stream *stream);

/// Makes bytes of a file zeros and gives their space back; 0, or the error number.
int remote_punch(int descriptor, int64_t offset, int64_t count);

#endif
