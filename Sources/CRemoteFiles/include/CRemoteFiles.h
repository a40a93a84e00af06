#ifndef CREMOTEFILES_H
#define CREMOTEFILES_H

#include <stdint.h>
#include <zlib.h>

/// Starts unpacking of gzip members; zlib declares its own call as a macro, which Swift does not see.
int remote_gunzip_init(z_stream *stream);

/// Makes bytes of a file zeros and gives their space back; 0, or the error number.
int remote_punch(int descriptor, int64_t offset, int64_t count);

/// Makes a pipe that commands do not inherit, with a first end that does not wait if asked; 0, or the error number.
int remote_pipe(int ends[2], int nonblocking);

#endif
