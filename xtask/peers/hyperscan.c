/* A list of literals searched by Hyperscan, caseless, as its own documentation advises: one block database, files read
 * in pieces that end with a line. Prints FILE:LINE of every line with a match; the bench compares them.
 *
 *   hyperscan LIST FILE...
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 20 };

struct state {
    const char *file, *piece;
    unsigned long line;      /* of the piece's byte `at` */
    unsigned long long at;
    unsigned long printed;
};

/* Goes on to `end`, counting lines as fast as the library allows. */
static void count_to(struct state *s, unsigned long long end) {
    const char *at = s->piece + s->at, *stop = s->piece + end, *feed;
    while (at < stop && (feed = memchr(at, '\n', stop - at))) {
        s->line++;
        at = feed + 1;
    }
    s->at = end;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    struct state *s = context;
    (void)id, (void)from, (void)flags;
    if (s->at + 1 < to) count_to(s, to - 1);
    if (s->printed != s->line) {
        printf("%s:%lu\n", s->file, s->line);
        s->printed = s->line;
    }
    return 0;
}

static char *slurp(const char *path, size_t *size) {
    FILE *in = fopen(path, "rb");
    if (!in) { perror(path); exit(2); }
    fseek(in, 0, SEEK_END);
    *size = ftell(in);
    rewind(in);
    char *bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, in) != *size) { perror(path); exit(2); }
    bytes[*size] = 0;
    fclose(in);
    return bytes;
}

int main(int argc, char **argv) {
    size_t size;
    char *list = slurp(argv[1], &size);
    size_t count = 0, room = 1024;
    const char **words = malloc(room * sizeof *words);
    for (char *word = strtok(list, "\n"); word; word = strtok(NULL, "\n")) {
        if (count == room) words = realloc(words, (room *= 2) * sizeof *words);
        words[count++] = word;
    }
    unsigned *flags = calloc(count, sizeof *flags), *ids = calloc(count, sizeof *ids);
    size_t *lengths = calloc(count, sizeof *lengths);
    for (size_t i = 0; i < count; i++) {
        flags[i] = HS_FLAG_CASELESS;
        lengths[i] = strlen(words[i]);
    }
    hs_database_t *database;
    hs_compile_error_t *fault;
    if (hs_compile_lit_multi(words, flags, ids, lengths, count, HS_MODE_BLOCK, NULL, &database, &fault)) {
        fprintf(stderr, "%s\n", fault->message);
        return 2;
    }
    hs_scratch_t *scratch = NULL;
    if (hs_alloc_scratch(database, &scratch)) return 2;
    char *piece = malloc(PIECE);
    for (int i = 2; i < argc; i++) {
        FILE *in = fopen(argv[i], "rb");
        if (!in) { perror(argv[i]); return 2; }
        size_t have = 0, got;
        struct state s = {argv[i], piece, 1, 0, 0};
        do {
            got = fread(piece + have, 1, PIECE - have, in);
            have += got;
            size_t end = have;
            if (got) while (end && piece[end - 1] != '\n') end--;
            s.at = 0;
            hs_scan(database, piece, end, 0, scratch, on_match, &s);
            count_to(&s, end);
            memmove(piece, piece + end, have - end);
            have -= end;
        } while (got);
        fclose(in);
    }
    return 0;
}
