#define _GNU_SOURCE
#include "CRemoteFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int remote_pipe(int ends[2], int nonblocking) {
    if (pipe2(ends, O_CLOEXEC)) return errno;
    // Only our end: the command's own should wait.
    if (nonblocking && fcntl(ends[0], F_SETFL, O_NONBLOCK)) return errno;
    return 0;
}
