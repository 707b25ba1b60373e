/* What the loops of kernel.c and forms.c share: the tables as Python shows them, and the hashes of hashing.py. */

#ifndef VIGIE_NAMES_KERNEL_H
#define VIGIE_NAMES_KERNEL_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { UNSEEN, DELETED, SEPARATOR, LETTER, MANY, SIGN, LONE };
enum { UPPER = 1, LOWER = 2, LATIN = 4, FOREIGN = 8, DIGIT = 16, JOINING = 32 };

typedef struct { const uint64_t *keys; const uint32_t *refs; const uint64_t *filter; uint64_t length, slots, words; } table;

typedef struct {
    const uint8_t *kind; const uint32_t *code, *alike; const uint8_t *flags;
    const uint32_t *collapsed;            /* of the codes below 0x2100 */
    const uint32_t *many; const int32_t *many_at; const uint32_t *many_codes; int64_t many_count;
    const uint32_t *edge, *joined; int64_t edge_count, joined_count;
} points;

typedef struct {
    table forms, pairs, words, spelled, deletions, variants;
    const uint8_t *known; uint64_t known_mask; int64_t probes;
    const uint64_t *powers, *inverse, *particles; int64_t particle_count;
    const uint64_t *one_edit, *two_edits; int64_t one_count, two_count;  /* (prefix, masks) */
    uint64_t salt_form, salt_head, salt_pair, salt_word, salt_deletion, salt_known, salt_variant;
    int64_t head, embedded_min, max_words, max_gap, max_word, fewest, prefix;
} lookup;

typedef struct { int64_t *data; int64_t count, room; } rows;

static inline int grow(rows *r, int64_t more) {
    if (r->count + more <= r->room) return 1;
    int64_t room = (r->room + more) * 2 + 64;
    int64_t *data = realloc(r->data, (size_t)room * sizeof(int64_t));
    if (!data) return 0;
    r->data = data; r->room = room;
    return 1;
}

static inline void put3(rows *r, int64_t a, int64_t b, int64_t c) {
    if (grow(r, 3)) { r->data[r->count++] = a; r->data[r->count++] = b; r->data[r->count++] = c; }
}

static inline void put4(rows *r, int64_t a, int64_t b, int64_t c, int64_t d) {
    if (grow(r, 4)) { r->data[r->count++] = a; r->data[r->count++] = b; r->data[r->count++] = c; r->data[r->count++] = d; }
}

static inline uint32_t collapse(const points *p, uint32_t code) { return code < 0x2100 ? p->collapsed[code] : code; }

static inline uint64_t mix(uint64_t h, uint64_t salt) {
    h ^= salt;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9ULL;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBULL;
    return (h ^ (h >> 31)) | 1;
}

static inline uint64_t share(uint64_t key, uint64_t of) { return ((key >> 32) * of) >> 32; }

static inline int absent(const table *t, uint64_t key) {
    uint64_t mask = 1ULL << (key >> 1 & 63) | 1ULL << (key >> 7 & 63) | 1ULL << (key >> 13 & 63);
    return (t->filter[share(key, t->words)] & mask) != mask;
}

#define EACH(t, key, at) \
    if (!absent(t, key)) for (uint64_t at = share(key, (t)->slots); at < (t)->length && (t)->keys[at]; at++) \
        if ((t)->keys[at] == (key) && (t)->refs[at] != 0xFFFFFFFFu)

#endif
