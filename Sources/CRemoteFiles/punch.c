#define _GNU_SOURCE
#include "CRemoteFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>

int remote_punch(int descriptor, int64_t offset, int64_t count) {
    int failed;
    do {
        failed = fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, count);
    } while (failed && errno == EINTR);
    return failed ? errno : 0;
}
