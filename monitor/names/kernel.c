/* The two loops of monitor/names/layer.py (read) and monitor/names/search.py (search) in C: the same candidates, faster.
   What each step means is said there; a test compares the two on whatever Hypothesis writes. */

#include "kernel.h"

void release(int64_t *data) { free(data); }

static inline int is_letter(uint8_t kind) { return kind == LETTER || kind == MANY || kind == LONE; }

static int has(const uint32_t *list, int64_t count, uint32_t one) {
    for (int64_t i = 0; i < count; i++) if (list[i] == one) return 1;
    return 0;
}

static int64_t many_of(const points *p, uint32_t point) {
    int64_t low = 0, high = p->many_count;
    while (low < high) { int64_t mid = (low + high) / 2; if (p->many[mid] < point) low = mid + 1; else high = mid; }
    return low;
}

/* Give the number of letters, or -1 when a code point was never met (fill the tables and ask again).
   `room` letters fit; -2 when they do not. sizes[0]: letters, sizes[1]: tokens. */
int64_t read_letters(const points *p, const uint32_t *text, int64_t n, int64_t room, int32_t *origins, uint32_t *codes,
                     uint64_t *keys, uint8_t *flags, uint8_t *marks, int32_t *starts, uint8_t *soft, int64_t *tokens) {
    const uint8_t *K = p->kind;
    enum { HARD = 1, CUT = 2, FIRST = 4 };
    int64_t count = 0; int blank = 1, lone = 0, cut_next = 0, all = 0;
    for (int64_t at = 0; at < n; at++) {
        uint32_t point = text[at];
        uint8_t kind = K[point];
        int cut = cut_next; cut_next = 0;
        if (kind == UNSEEN) return -1;
        if (kind == SIGN) {
            uint8_t b = at > 0 ? K[text[at - 1]] : 0, a = at + 1 < n ? K[text[at + 1]] : 0;
            uint8_t bb = at > 1 ? K[text[at - 2]] : 0, aa = at + 2 < n ? K[text[at + 2]] : 0;
            int inside = (is_letter(b) && is_letter(a)) || (is_letter(b) && a == SIGN && is_letter(aa))
                      || (is_letter(a) && b == SIGN && is_letter(bb));
            int between = 1;
            for (int64_t i = 1; i <= 3 && between; i++)
                between = at >= i && at + i < n && is_letter(K[text[at - i]]) && is_letter(K[text[at + i]]);
            int edge = !inside && has(p->edge, p->edge_count, point);
            int leads = (is_letter(a) && (b != SIGN || (bb != SIGN && !is_letter(bb))))
                     || (a == SIGN && is_letter(aa) && !is_letter(b) && b != SIGN);
            int trails = (is_letter(b) && (a != SIGN || (aa != SIGN && !is_letter(aa))))
                      || (b == SIGN && is_letter(bb) && !is_letter(a) && a != SIGN);
            int opening = edge && leads, closing = edge && trails && !leads;
            kind = (inside || opening || closing) && !(between && (point == '|' || point == '+')) ? LETTER : SEPARATOR;
            if (opening || between) cut_next = 1;
            if (closing || between) cut = 1;
        }
        if (kind == SEPARATOR) { blank = 1; continue; }
        if (kind == DELETED) { continue; }
        if (kind == LETTER) {  /* nearly all */
            if (count == room) return -2;
            uint8_t flag = p->flags[point];
            all |= flag;
            origins[count] = (int32_t)at; codes[count] = p->code[point]; flags[count] = flag;
            marks[count++] = (uint8_t)(FIRST | (blank | lone ? HARD : 0) | (cut ? CUT : 0));
            blank = lone = 0;
            continue;
        }
        int64_t width = 1; const uint32_t *spelled = &p->code[point];
        if (kind == MANY) {
            int64_t place = many_of(p, point);
            spelled = p->many_codes + p->many_at[place]; width = p->many_at[place + 1] - p->many_at[place];
        }
        if (count + width > room) return -2;
        uint8_t flag = p->flags[point];
        all |= flag;
        for (int64_t i = 0; i < width; i++, count++) {
            origins[count] = (int32_t)at; codes[count] = spelled[i]; flags[count] = flag;
            marks[count] = (i == 0 ? FIRST : 0) | ((blank || kind == LONE || (lone && i == 0)) && i == 0 ? HARD : 0)
                         | (cut && i == 0 ? CUT : 0);
            blank = 0;
        }
        lone = kind == LONE;
    }
    int64_t made = 0;
    int foreign = all & FOREIGN, joining = all & JOINING, digits = all & DIGIT;
    for (int64_t i = 0; i < count; i++) keys[i] = collapse(p, codes[i]);
    for (int64_t h = 0; h < count;) {
        int64_t t = h + 1;
        int later = 0, cuts = 0;
        while (t < count && !(marks[t] & HARD)) { later |= flags[t]; cuts |= marks[t]; t++; }
        if (!(later & (UPPER | DIGIT)) && !(flags[h] & DIGIT) && !(cuts & CUT) && !foreign && !joining) {  /* a word in one piece */
            starts[made] = (int32_t)h; soft[made++] = 0;
            h = t;
            continue;
        }
        if (foreign) {
            int latin = 0;
            for (int64_t i = h; i < t; i++) latin |= flags[i] & LATIN;
            if (latin) for (int64_t i = h; i < t; i++) if (flags[i] & FOREIGN) { codes[i] = p->alike[text[origins[i]]]; keys[i] = collapse(p, codes[i]); }
        }
        int64_t closing = -1, opening = -1, joined = -1;
        if (digits) {
            int64_t last = t - 1, first = h;
            while (last >= h && flags[last] & DIGIT) last--;
            while (first < t && flags[first] & DIGIT) first++;
            if (last >= h && last + 1 < t) closing = last + 1;
            if (first > h && first < t) opening = first;
        }
        if (joining && t - h > 3 && has(p->joined, p->joined_count, codes[h])) joined = h + 1;
        for (int64_t i = h; i < t; i++) {
            int cut = 0;
            if (i > h) {
                cut = (i - 1 > h && flags[i - 1] & LOWER && flags[i] & UPPER)
                   || (flags[i - 1] & UPPER && flags[i] & UPPER && i + 1 < t && flags[i + 1] & LOWER);
                cut = cut && marks[i] & FIRST;
                cut = cut || marks[i] & CUT || i == closing || i == opening || i == joined;
            }
            if (i == h || cut) { starts[made] = (int32_t)i; soft[made] = i != h; made++; }
        }
        h = t;
    }
    starts[made] = (int32_t)count;
    *tokens = made;
    return count;
}

static int is_known(const lookup *l, uint64_t hash) {
    uint64_t first = hash & 0xFFFFFFFFu, step = hash >> 32 | 1;
    for (int64_t i = 0; i < l->probes; i++) {
        uint64_t place = (first + (uint64_t)i * step) & l->known_mask;
        if (!(l->known[place >> 3] >> (place & 7) & 1)) return 0;
    }
    return 1;
}

enum { REMEMBERED = 1024, WAITING = 64, MAX_MASKS = 64 };  /* of PREFIX letters, two deleted: 29 masks */
enum { WATCHED = 1, UNKNOWN = 2, PARTICLE = 4, VARIANT = 8 };

typedef struct { uint64_t spelled; int flags; } remembered;  /* what a word is; most words of a page come again */
typedef struct { int64_t a, b, c; uint64_t key; } waiting;  /* a key whose word of the filter was asked for */
typedef struct { waiting list[WAITING]; int count, width; const table *in; rows *out; } queue;  /* width: 2 or 3 of a, b, c */

static void look_up(queue *q) {
    for (int i = 0; i < q->count; i++) {
        const waiting *w = &q->list[i];
        EACH(q->in, w->key, at) {
            uint32_t ref = q->in->refs[at];
            if (q->width == 2) put3(q->out, w->a, w->b, ref); else put4(q->out, w->a, w->b, w->c, ref);
        }
    }
    q->count = 0;
}

static inline void wait_for(queue *q, int64_t a, int64_t b, int64_t c, uint64_t key) {
    __builtin_prefetch(&q->in->filter[share(key, q->in->words)]);
    q->list[q->count++] = (waiting){a, b, c, key};
    if (q->count == WAITING) look_up(q);
}

static int told_of(const lookup *l, uint64_t word, uint64_t spelled, int64_t length) {
    int flags = 0;
    uint64_t key = mix(word, l->salt_word), variant = mix(word, l->salt_variant);
    EACH(&l->words, key, at) { flags |= WATCHED; break; }
    if (length >= l->fewest && !is_known(l, spelled)) {
        flags |= UNKNOWN;
        EACH(&l->spelled, spelled, at) { flags &= ~UNKNOWN; break; }
    }
    EACH(&l->variants, variant, at) { flags |= VARIANT; break; }
    if (length < 6)
        for (int64_t k = 0; k < l->particle_count; k++) if (l->particles[k] == word) { flags |= PARTICLE; break; }
    return flags;
}

typedef struct { int64_t at; uint32_t word; int exact; } may_be;  /* what may stand at one of the own words */

static int add(may_be **list, int64_t *count, int64_t *room, int64_t at, uint32_t word, int exact) {
    if (*count == *room) {
        int64_t more = *room * 2 + 256;
        may_be *grown = realloc(*list, (size_t)more * sizeof(may_be));
        if (!grown) return 0;
        *list = grown; *room = more;
    }
    (*list)[(*count)++] = (may_be){at, word, exact};
    return 1;
}

/* Fill windows (first, last, ref), heads (first, ref), parts (token, from, to, ref), pairs (token, token, apart, ref) and by
   token: unknown, spelled; written: the hash of each written word; its number is given back, -1 without memory. */
int64_t search_letters(const lookup *l, int64_t n, const int32_t *origins, const uint32_t *codes, const uint64_t *keys,
                       int64_t T, const int32_t *starts, const uint8_t *soft, rows *out, uint8_t *unknown,
                       uint64_t *spelled, uint64_t *written) {
    uint64_t *S = malloc((size_t)(n + 1) * sizeof(uint64_t)), *C = malloc((size_t)(n + 1) * sizeof(uint64_t));
    uint64_t *word = malloc((size_t)(T + 1) * sizeof(uint64_t));
    int32_t *words = malloc((size_t)(T + 1) * sizeof(int32_t)), *breaks = malloc((size_t)(T + 1) * sizeof(int32_t));
    int64_t *own = malloc((size_t)(T + 1) * sizeof(int64_t));
    uint8_t *told = malloc((size_t)(T + 1));
    remembered *memory = calloc(REMEMBERED, sizeof(remembered));
    queue windows = {.width = 2, .in = &l->forms, .out = &out[0]}, parts = {.width = 3, .in = &l->forms, .out = &out[2]};
    may_be *list = NULL; int64_t count = 0, room = 0, word_count = 0;
    if (!S || !C || !word || !words || !breaks || !own || !told || !memory) { word_count = -1; goto done; }
    S[0] = C[0] = 0;
    for (int64_t i = 0; i < n; i++) { S[i + 1] = S[i] + keys[i] * l->powers[i]; C[i + 1] = C[i] + codes[i] * l->powers[i]; }
#define HASH(sums, a, b) (((sums)[b] - (sums)[a]) * l->inverse[a])
    words[0] = 0; breaks[0] = 0;
    int64_t hard_at = 0;
    for (int64_t i = 0; i < T; i++) {
        int hard = !soft[i], next_hard = i + 1 == T || !soft[i + 1];
        words[i + 1] = words[i] + (hard && !(starts[i + 1] - starts[i] == 1 && next_hard));
        int64_t gap = i ? origins[starts[i]] - origins[starts[i] - 1] - 1 : 0;
        breaks[i] = (i ? breaks[i - 1] : 0) + (gap > l->max_gap);
        if (hard && i) written[word_count++] = mix(HASH(C, hard_at, starts[i]), l->salt_known);
        if (hard) hard_at = starts[i];
        word[i] = HASH(S, starts[i], starts[i + 1]);
        spelled[i] = mix(HASH(C, starts[i], starts[i + 1]), l->salt_known);
        remembered *seen = &memory[spelled[i] >> 54];
        if (seen->spelled != spelled[i])
            *seen = (remembered){spelled[i], told_of(l, word[i], spelled[i], starts[i + 1] - starts[i])};
        told[i] = (uint8_t)seen->flags;
        unknown[i] = (told[i] & UNKNOWN) != 0;
    }
    if (T) written[word_count++] = mix(HASH(C, hard_at, n), l->salt_known);
    for (int64_t first = 0; first < T; first++) {
        int64_t begin = starts[first];
        for (int64_t last = first; last < T; last++) {
            int64_t end = starts[last + 1];
            if (end - begin > l->head) break;
            if (last > first && (words[last + 1] - words[first] > l->max_words || breaks[last] != breaks[first])) break;
            uint64_t key = mix(HASH(S, begin, end), l->salt_form);
            wait_for(&windows, first, last, 0, key);
        }
        if (begin + l->head <= n) {
            uint64_t key = mix(HASH(S, begin, begin + l->head), l->salt_head);
            EACH(&l->forms, key, at) put3(&out[1], first, l->forms.refs[at], 0);
        }
        int64_t length = starts[first + 1] - begin;
        if (unknown[first] && length > l->embedded_min && length <= l->max_word)
            for (int64_t a = begin; a + l->embedded_min <= begin + length; a++)
                for (int64_t b = a + l->embedded_min; b <= begin + length && b - a <= l->head && b - a < length; b++) {
                    uint64_t key = mix(HASH(S, a, b), l->salt_form);
                    wait_for(&parts, first, a, b, key);
                }
    }
    look_up(&windows);
    look_up(&parts);
    int64_t m = 0;
    for (int64_t i = 0; i < T; i++) if (!(told[i] & PARTICLE)) own[m++] = i;
    if (m < 2) goto done;
    uint8_t *alive = calloc((size_t)m, 1);
    if (!alive) { word_count = -1; goto done; }
    for (int64_t i = 0; i < m; i++) alive[i] = (told[own[i]] & (WATCHED | UNKNOWN | VARIANT)) != 0;
    for (int64_t i = 0; i < m; i++) {
        int64_t token = own[i];
        if (!alive[i]) continue;
        if (told[token] & WATCHED && !add(&list, &count, &room, i, (uint32_t)mix(word[token], l->salt_word), 1)) break;
        uint64_t variant = mix(word[token], l->salt_variant);
        if (told[token] & VARIANT) EACH(&l->variants, variant, at) add(&list, &count, &room, i, l->variants.refs[at], 0);
        if (!unknown[token] || !((i && alive[i - 1]) || (i + 1 < m && alive[i + 1]))) continue;
        int64_t length = starts[token + 1] - starts[token];
        const uint64_t *weights = length < 5 ? l->one_edit : l->two_edits;
        int64_t masks = length < 5 ? l->one_count : l->two_count, begin = count;
        uint64_t left[MAX_MASKS];
        for (int64_t mask = 0; mask < masks && mask < MAX_MASKS; mask++) {
            uint64_t hash = 0;
            for (int64_t k = 0; k < l->prefix && k < length; k++) hash += keys[starts[token] + k] * weights[k * masks + mask];
            left[mask] = mix(hash, l->salt_deletion);
            __builtin_prefetch(&l->deletions.filter[share(left[mask], l->deletions.words)]);
        }
        for (int64_t mask = 0; mask < masks && mask < MAX_MASKS; mask++) {
            uint64_t key = left[mask];
            EACH(&l->deletions, key, at) {
                int seen = 0;
                for (int64_t k = begin; k < count && !seen; k++) seen = list[k].word == l->deletions.refs[at];
                if (!seen) add(&list, &count, &room, i, l->deletions.refs[at], 0);
            }
        }
    }
    free(alive);
    queue pairs = {.width = 3, .in = &l->pairs, .out = &out[3]};  /* rows: token, token, apart, reference */
    for (int64_t left = 0, from = 0; left < count; left++) {
        while (from < count && list[from].at <= list[left].at) from++;
        for (int64_t right = from; right < count && list[right].at <= list[left].at + 2; right++) {
            int both = list[left].exact && list[right].exact;
            int step = (int)(list[right].at - list[left].at), close = own[list[right].at] == own[list[left].at] + 1;
            if (step == 2 ? !both : both && close) continue;
            uint32_t a = list[left].word, b = list[right].word;
            uint64_t key = mix((uint64_t)(a > b ? a : b) << 32 | (a > b ? b : a), l->salt_pair);
            wait_for(&pairs, own[list[left].at], own[list[right].at], step - 1, key);
        }
    }
    look_up(&pairs);
done:
    free(S); free(C); free(word); free(words); free(breaks); free(own); free(told); free(memory); free(list);
    return word_count;
}
