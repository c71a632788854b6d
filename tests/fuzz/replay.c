/* Runs a fuzz target on files instead of on a fuzzer's ideas: each argument is a file, or a directory of files.
 * Linked with each fuzz_NAME.c it makes the corpus and every crash once found an ordinary test, with any compiler. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat facts;
    if (file == NULL || fstat(fileno(file), &facts) != 0) {
        perror(path);
        return false;
    }
    /* As long as the content and not a byte more, so that the address sanitizer sees a read past the end. */
    size_t len = (size_t)facts.st_size;
    uint8_t *data = malloc(len > 0 ? len : 1);
    bool ok = data != NULL && fread(data, 1, len, file) == len;
    fclose(file);
    if (ok) {
        /* Said before, not after: when the target aborts, the last line names the culprit. */
        printf("%s (%zu bytes)\n", path, len);
        fflush(stdout);
        LLVMFuzzerTestOneInput(data, len);
    } else {
        perror(path);
    }
    free(data);
    return ok;
}

static bool run_path(const char *path, size_t *n_files)
{
    struct stat facts;
    if (stat(path, &facts) != 0) {
        perror(path);
        return false;
    }
    if (!S_ISDIR(facts.st_mode)) {
        *n_files += 1;
        return run_file(path);
    }
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    bool ok = n >= 0;
    for (int i = 0; i < n; i++) {
        char below[4096];
        snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && !run_path(below, n_files)) {
            ok = false;
        }
        free(entries[i]);
    }
    if (n >= 0) {
        free(entries);
    }
    return ok;
}

int main(int argc, char **argv)
{
    bool ok = true;
    size_t n_files = 0;
    for (int i = 1; i < argc; i++) {
        ok = run_path(argv[i], &n_files) && ok;
    }
    printf("%zu files replayed\n", n_files);
    return ok && n_files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
