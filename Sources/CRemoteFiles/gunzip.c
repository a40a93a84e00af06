#include "CRemoteFiles.h"

int remote_gunzip_init(z_stream *stream) {
    // 16 takes gzip's header and checksum only; 15 is its window.
    return inflateInit2(stream, 16 + 15);
}
