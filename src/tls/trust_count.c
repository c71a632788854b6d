/* How many certificates there are in each place that is trusted, and what is wrong with a place that has none. */
#include "tls/trust_state.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char system_store[] = "system store";

/* What was found in one place. */
struct holding {
    size_t n;
    int error;      /* errno: why it could not be looked into */
    bool has_files; /* none of them with a certificate's name */
};

/* Only its lines are looked at: a bundle parsed costs more than a fetch. */
static struct holding count_file(const char *path)
{
    static const char *const starts[] = {"-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----",
                                         "-----BEGIN X509 CERTIFICATE-----"};
    struct holding found = {0};
    char line[128];
    FILE *file = fopen(path, "re");
    if (!file)
        return (struct holding){.error = errno};
    while (fgets(line, sizeof line, file))
        for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
            if (strncmp(line, starts[i], strlen(starts[i])) == 0)
                found.n++;
    fclose(file);
    return found;
}

/* HASH.N, as c_rehash makes it. */
static bool is_hashed_name(const char *name)
{
    enum {
        HASH = 8
    };
    size_t digits = strspn(name, "0123456789abcdef");
    return digits == HASH && name[HASH] == '.' && name[HASH + 1] &&
           strspn(name + HASH + 1, "0123456789") == strlen(name + HASH + 1);
}

static struct holding count_directory(const char *path)
{
    struct holding found = {0};
    const struct dirent *entry;
    DIR *directory = opendir(path);
    if (!directory)
        return (struct holding){.error = errno};
    while ((entry = readdir(directory))) {
        found.n += is_hashed_name(entry->d_name) ? 1 : 0;
        found.has_files = found.has_files || entry->d_name[0] != '.';
    }
    closedir(directory);
    return found;
}

static void append_holding(struct buf *out, const char *path, const char *origin, struct holding found)
{
    buf_printf(out, "%s%s (%s, ", out->len > 0 ? ", " : "", path, origin);
    if (found.error == ENOENT)
        buf_append_text(out, "does not exist)");
    else if (found.error != 0)
        buf_printf(out, "%s)", strerror(found.error));
    else
        buf_printf(out, "%zu certificate%s)", found.n, found.n == 1 ? "" : "s");
}

static void append_problem(struct buf *out, const char *path, const char *origin, struct holding found)
{
    if (found.n > 0)
        return;
    buf_printf(out, "%s%s (%s) ", out->len > 0 ? " " : "", path, origin);
    if (found.error == ENOENT)
        buf_append_text(out, "does not exist.");
    else if (found.error != 0)
        buf_printf(out, "cannot be looked into: %s.", strerror(found.error));
    else if (found.has_files) /* of a folder */
        buf_printf(out, "has no certificate under the name of its hash; openssl rehash %s makes those names.", path);
    else
        buf_append_text(out, "has no certificate in it.");
}

struct count {
    struct buf *words, *problem; /* problem may be NULL */
    size_t n;
};

static size_t take(struct count *count, const char *path, const char *origin, struct holding found)
{
    append_holding(count->words, path, origin, found);
    if (count->problem)
        append_problem(count->problem, path, origin, found);
    count->n += found.n;
    return found.n;
}

/* A list with colons; how many certificates there are in all of it. */
static size_t take_directories(struct count *count, const struct source *source)
{
    struct slice rest = slice_of(source->path ? source->path : "");
    size_t n = 0;
    while (rest.len > 0) {
        struct slice part = slice_first(rest, slice_find(rest, ':'));
        rest = slice_from(rest, part.len < rest.len ? part.len + 1 : part.len);
        char *path = mem_dup_slice(part);
        if (*path)
            n += take(count, path, source->origin, count_directory(path));
        mem_free(path);
    }
    return n;
}

/* How many of the system's it has. Where that has none, its bundle is still to be looked at. */
static size_t take_source(struct count *count, const struct source *source)
{
    bool is_system = source->path && strcmp(source->origin, system_store) == 0;
    struct count of_system = {.words = count->words, .n = count->n};
    size_t n = take_directories(is_system ? &of_system : count, source);
    if (!is_system)
        return 0;
    count->n = of_system.n;
    return n;
}

size_t tls_trust_count(const struct tls_trust *trust, struct buf *words, struct buf *problem)
{
    struct count count = {.words = words, .problem = problem};
    if (trust->file.path)
        take(&count, trust->file.path, trust->file.origin, count_file(trust->file.path));
    size_t n_system = take_source(&count, &trust->directory) + take_source(&count, &trust->native);
    /* The system's folder and its bundle are the same certificates twice. */
    if (trust->bundle && n_system == 0)
        take(&count, trust->bundle, system_store, count_file(trust->bundle));
    return count.n;
}
