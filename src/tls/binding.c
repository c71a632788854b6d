/* The digest of settings and files. */
#include "tls/binding.h"

#include "base/buf.h"
#include "base/mem.h"

#include <string.h>
#include <sys/stat.h>

static void add_time(struct buf *out, const struct timespec *time)
{
    buf_printf(out, " %lld.%09ld", (long long)time->tv_sec, time->tv_nsec);
}

static void add_file(void *ctx, const char *path)
{
    struct buf *out = ctx;
    struct stat about;
    buf_printf(out, "%zu:", strlen(path));
    buf_append_text(out, path);
    if (stat(path, &about) == 0) {
        buf_printf(out, " %llu %llu %llu", (unsigned long long)about.st_dev, (unsigned long long)about.st_ino,
                   (unsigned long long)about.st_size);
        add_time(out, &about.st_mtim);
        add_time(out, &about.st_ctim);
    }
    buf_append_byte(out, '\n');
}

/* A list of folders has colons between them; whether this is one, or a name with colons, need not be known. */
static void add_files(void *ctx, const char *paths)
{
    if (!paths)
        return;
    add_file(ctx, paths);
    struct slice rest = slice_of(paths);
    while (slice_find(slice_of(paths), ':') < strlen(paths) && rest.len > 0) {
        size_t end = slice_find(rest, ':');
        char *part = mem_dup_slice(slice_first(rest, end));
        add_file(ctx, part);
        mem_free(part);
        rest = slice_from(rest, end < rest.len ? end + 1 : end);
    }
}

void tls_binding_make(char into[HASH_HEX_SIZE], struct slice said, const struct tls_settings *settings,
                      const struct tls_trust *trust)
{
    struct buf files = {0};
    tls_trust_each_path(trust, add_files, &files);
    add_files(&files, settings->crlfile);
    add_files(&files, settings->pinned_key);
    add_files(&files, settings->cert);
    add_files(&files, settings->key);
    const struct slice pieces[] = {said, SLICE("\n"), slice_of(tls_trust_words(trust)), SLICE("\n"), buf_slice(&files)};
    hash_hex(into, HASH_SHA256, pieces, sizeof pieces / sizeof *pieces);
    buf_done(&files);
}
