/* What one term puts into the tables (form.py, near.py, identifier.py and lookup.py say what each step means), for the
   values that most terms have: plain Latin letters, digits and usual separators. Whatever is rarer is left to Python:
   a term is handled whole or not at all. A test compares the tables that both leave, on whatever Hypothesis writes. */

#include "kernel.h"

enum { MAX_LETTERS = 160, MAX_PARTS = 24, MAX_GROUPS = 8, MAX_FORMS = 80, MAX_PAIRS = 64, MAX_VALUE = 200 };
enum { NAME, ALIAS, HANDLE, PHONE, EMAIL, ADDRESS, PHRASE };  /* as in term.KINDS */
enum { IN_FORMS, IN_EMAILS, IN_PAIRS, IN_SPELLED, IN_WORDS, IN_DELETIONS };  /* which table what is left over is for */

typedef struct { uint64_t *keys; uint32_t *refs; uint64_t *filter; uint64_t length, slots, words, *counts; } changing;  /* counts: used, removed */
typedef struct { changing table; uint32_t *cells; uint64_t room, *counts; } postings;  /* counts: cells used, left */

typedef struct {
    postings forms, emails, pairs;
    changing spelled, words, deletions;
    const uint64_t *powers;
    const uint64_t *particles, *skipped; int64_t particle_count, skipped_count;  /* hashes of the folded letters */
    const uint64_t *streets; const int32_t *street_at, *choice_at; const uint32_t *choice_codes; int64_t street_count;
    const uint8_t *short_codes;           /* of countries: [0..9] of one digit, [10..99] of two */
    const uint8_t *depths; int64_t depth_count;
    const uint64_t *weights[3]; int64_t masks[3]; int64_t prefix;
    uint64_t salt_form, salt_head, salt_pair, salt_word, salt_deletion, salt_known, salt_email;
    const uint64_t *saints; const int32_t *saint_at; const uint32_t *saint_codes; int64_t saint_count;  /* saint: st, and so on */
    int64_t glued;                        /* letters from which the words of a context count glued together as well */
    int64_t page_bits, head, *names;                 /* names: how many terms are names of several words */
} lexicon;

typedef struct { const uint8_t *bytes; const uint64_t *begin; const uint32_t *length; const uint8_t *kind; int64_t count; } store;

typedef struct { uint32_t codes[MAX_LETTERS]; int count; } run;
typedef struct { int begin, end; } part;  /* of the letters of a value */
typedef struct { uint64_t key, same; int length, weak, email; } form;  /* same: the hash of the letters as folded */

typedef struct {
    run letters; part parts[MAX_PARTS]; int part_count;
    int group_at[MAX_GROUPS + 1], group_count;  /* first part of each group of a name */
    form forms[MAX_FORMS]; int form_count;
    uint64_t pairs[MAX_PAIRS][2], pair_keys[MAX_PAIRS]; int pair_count;
    run words[MAX_PARTS * 2]; uint64_t word_same[MAX_PARTS * 2]; int word_count;
} entries;

static uint64_t hash_of(const lexicon *x, const uint32_t *codes, int count) {
    uint64_t hash = 0;
    for (int i = 0; i < count; i++) hash += (uint64_t)codes[i] * x->powers[i];
    return hash;
}

static uint64_t hash_of_keys(const points *p, const lexicon *x, const uint32_t *codes, int count) {
    uint64_t hash = 0;
    for (int i = 0; i < count; i++) hash += (uint64_t)collapse(p, codes[i]) * x->powers[i];
    return hash;
}

static int among(const uint64_t *list, int64_t count, uint64_t one) {
    for (int64_t i = 0; i < count; i++) if (list[i] == one) return 1;
    return 0;
}

static int is_digit(uint32_t code) { return code >= '0' && code <= '9'; }

/* The folded letter of a character, 0 where it separates, -1 where Python has to read the value. */
static int folded(const points *p, uint32_t point) {
    if (point == 0x2019) return 0;
    if (point < 0x20 || point == 0x7F || point > 0xFFFF) return -1;
    uint8_t kind = p->kind[point];
    if (kind == SEPARATOR) return point < 0x80 ? 0 : -1;
    if (kind != LETTER || p->flags[point] & (FOREIGN | JOINING) || p->code[point] > 'z') return -1;
    return p->flags[point] & DIGIT && point > '9' ? -1 : (int)p->code[point];
}

static int add_form(const points *p, const lexicon *x, entries *e, const run *r, int weak) {
    uint64_t same = hash_of(x, r->codes, r->count);
    for (int i = 0; i < e->form_count; i++) if (e->forms[i].same == same && e->forms[i].length == r->count) return 1;
    if (!r->count) return 1;
    if (e->form_count == MAX_FORMS) return 0;
    int is_long = r->count > x->head;
    uint64_t hash = hash_of_keys(p, x, r->codes, is_long ? (int)x->head : r->count);
    e->forms[e->form_count++] = (form){mix(hash, is_long ? x->salt_head : x->salt_form), same, r->count, weak, 0};
    return 1;
}

static int append(run *r, const uint32_t *codes, int count) {
    if (r->count + count > MAX_LETTERS) return 0;
    memcpy(r->codes + r->count, codes, (size_t)count * sizeof(uint32_t));
    r->count += count;
    return 1;
}

static int append_parts(run *r, const entries *e, int first, int past, int letters) {
    for (int i = first; i < past; i++) {
        int size = e->parts[i].end - e->parts[i].begin;
        if (!append(r, e->letters.codes + e->parts[i].begin, letters && letters < size ? letters : size)) return 0;
    }
    return 1;
}

static int is_word_character(const points *p, uint32_t point) { return point == '_' || folded(p, point) > 0; }

/* Whether a capital after Mc or Mac opens a word of its own: McDonald. */
static int after_mac(const points *p, const uint32_t *text, int at, int begin, int end) {
    if (at + 1 >= end || text[at] < 'A' || text[at] > 'Z' || text[at + 1] < 'a' || text[at + 1] > 'z') return 0;
    int two = at - begin >= 2 && text[at - 2] == 'M' && text[at - 1] == 'c';
    int three = at - begin >= 3 && text[at - 3] == 'M' && text[at - 2] == 'a' && text[at - 1] == 'c';
    if (!two && !three) return 0;
    int before = at - (two ? 3 : 4);
    return before < begin || !is_word_character(p, text[before]);
}

/* The words of text[begin..end) as parts; 0 when Python has to read them. */
static int split(const points *p, const uint32_t *text, int begin, int end, int name, entries *e) {
    int inside = 0;
    for (int at = begin; at < end; at++) {
        int code = folded(p, text[at]);
        if (code < 0) return 0;
        if (code == 0) { inside = 0; continue; }
        if (!inside || (name && after_mac(p, text, at, begin, end))) {
            if (e->part_count == MAX_PARTS) return 0;
            e->parts[e->part_count++].begin = e->letters.count;
            inside = 1;
        }
        uint32_t letter = (uint32_t)code;
        if (!append(&e->letters, &letter, 1)) return 0;
        e->parts[e->part_count - 1].end = e->letters.count;
    }
    return 1;
}

static uint64_t part_hash(const lexicon *x, const entries *e, int i) {
    return hash_of(x, e->letters.codes + e->parts[i].begin, e->parts[i].end - e->parts[i].begin);
}

static int is_particle(const lexicon *x, const entries *e, int i) {
    return among(x->particles, x->particle_count, part_hash(x, e, i));
}

/* groups_of: a compound stays together, a particle goes with the word after it. */
static int groups(const points *p, const lexicon *x, const uint32_t *text, int n, entries *e) {
    int pending = 0, at = 0;  /* pending: parts that wait for their word */
    while (at < n) {
        if (text[at] == ' ' || text[at] == ',') { at++; continue; }
        int end = at, first = e->part_count;
        while (end < n && text[end] != ' ' && text[end] != ',') end++;
        if (!split(p, text, at, end, 1, e)) return 0;
        int inner = e->part_count - first, all = 1;
        if (inner) {
            for (int i = first; i < e->part_count; i++) all = all && is_particle(x, e, i);
            pending += inner;
            int opens = !e->group_count && pending == inner && p->flags[text[at]] & UPPER;
            if (opens || !all) {
                if (e->group_count == MAX_GROUPS) return 0;
                e->group_at[e->group_count++] = e->part_count - pending;
                pending = 0;
            }
        }
        at = end;
    }
    if (pending) {
        if (e->group_count == MAX_GROUPS) return 0;
        e->group_at[e->group_count++] = e->part_count - pending;
    }
    e->group_at[e->group_count] = e->part_count;
    return e->group_count > 0;
}

static int dropped_of(const lexicon *x, const entries *e, int group) {
    int first = e->group_at[group], last = e->group_at[group + 1] - 1;
    for (int i = first; i < last; i++) if (!is_particle(x, e, i)) return i - first;
    return last - first;
}

static int name_forms(const points *p, const lexicon *x, entries *e) {
    int count = e->group_count, most = 0, given = e->group_at[1];
    run r = {.count = 0};
    if (!append_parts(&r, e, 0, e->part_count, 0) || !add_form(p, x, e, &r, 0)) return 0;
    if (count < 2) return 1;
    for (int g = 0; g < count; g++) { int d = dropped_of(x, e, g); if (d > most) most = d; }
    for (int dropped = 0; dropped <= most; dropped++)
        for (int turn = dropped ? 0 : 1; turn < count; turn++) {
            r.count = 0;
            for (int i = 0; i < count; i++) {
                int g = (i + turn) % count, d = dropped_of(x, e, g);
                if (!append_parts(&r, e, e->group_at[g] + (d < dropped ? d : dropped), e->group_at[g + 1], 0)) return 0;
            }
            if (!add_form(p, x, e, &r, 0)) return 0;
        }
    for (int initials = given; initials > 0; initials = initials > 1 ? 1 : 0)
        for (int before = 1; before >= 0; before--) {
            r.count = 0;
            if (before && !append_parts(&r, e, 0, initials, 1)) return 0;
            if (!append_parts(&r, e, given, e->part_count, 0)) return 0;
            if (!before && !append_parts(&r, e, 0, initials, 1)) return 0;
            if (!add_form(p, x, e, &r, 1)) return 0;
        }
    return 1;
}

static int add_word(const lexicon *x, entries *e, const run *r) {
    uint64_t same = hash_of(x, r->codes, r->count);
    for (int i = 0; i < e->word_count; i++) if (e->word_same[i] == same) return i;
    if (e->word_count == MAX_PARTS * 2) return -1;
    e->words[e->word_count] = *r;
    e->word_same[e->word_count] = same;
    return e->word_count++;
}

static int add_pair(const points *p, const lexicon *x, entries *e, int one, int other) {
    uint64_t a = e->word_same[one], b = e->word_same[other], low = a < b ? a : b, high = a < b ? b : a;
    for (int i = 0; i < e->pair_count; i++) if (e->pairs[i][0] == low && e->pairs[i][1] == high) return 1;
    if (e->pair_count == MAX_PAIRS) return 0;
    uint32_t s = (uint32_t)mix(hash_of_keys(p, x, e->words[one].codes, e->words[one].count), x->salt_word);
    uint32_t t = (uint32_t)mix(hash_of_keys(p, x, e->words[other].codes, e->words[other].count), x->salt_word);
    e->pairs[e->pair_count][0] = low; e->pairs[e->pair_count][1] = high;
    e->pair_keys[e->pair_count++] = mix((uint64_t)(s > t ? s : t) << 32 | (s > t ? t : s), x->salt_pair);
    return 1;
}

/* The words that stand side by side in a name, particles aside; and so with each compound in one piece. */
static int name_pairs(const points *p, const lexicon *x, entries *e) {
    if (e->group_count < 2) return 1;
    int several = 0;
    for (int glued = 0; glued < 2 && (!glued || several); glued++) {
        int first = -1, last = -1, count = 0;
        for (int g = 0; g < e->group_count; g++) {
            run r = {.count = 0};
            int own = 0, all = 0;
            for (int i = e->group_at[g]; i < e->group_at[g + 1]; i++)
                own += !among(x->skipped, x->skipped_count, part_hash(x, e, i));
            if (!own) { all = 1; own = e->group_at[g + 1] - e->group_at[g]; }
            several |= own > 1;
            for (int i = e->group_at[g]; i < e->group_at[g + 1]; i++) {
                if (!all && among(x->skipped, x->skipped_count, part_hash(x, e, i))) continue;
                if (!append_parts(&r, e, i, i + 1, 0)) return 0;
                if (glued && --own) continue;
                int word = add_word(x, e, &r);
                if (word < 0 || (last >= 0 && !add_pair(p, x, e, last, word))) return 0;
                if (first < 0) first = word;
                last = word; r.count = 0; count++;
            }
        }
        if (count > 1 && !add_pair(p, x, e, last, first)) return 0;
    }
    return 1;
}

static int plain_form(const points *p, const lexicon *x, const uint32_t *text, int n, entries *e) {
    return split(p, text, 0, n, 0, e) && add_form(p, x, e, &e->letters, 0);
}

static int handle_form(const points *p, const lexicon *x, const uint32_t *text, int n, entries *e) {
    for (int i = 0; i < n; i++) if (text[i] == '/' || text[i] == ':') return 0;
    return plain_form(p, x, text, n, e);
}

static int digits_form(const points *p, const lexicon *x, entries *e, const char *before, const uint32_t *digits, int count) {
    run r = {.count = 0};
    for (const char *c = before; *c; c++) { uint32_t code = (uint32_t)*c; if (!append(&r, &code, 1)) return 0; }
    return append(&r, digits, count) && add_form(p, x, e, &r, 0);
}

static int phone_forms(const points *p, const lexicon *x, const uint32_t *text, int n, entries *e) {
    uint32_t digits[MAX_VALUE]; int count = 0, first = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < 0x20 || text[i] >= 0x7F || text[i] == '(') return 0;
        if (is_digit(text[i])) digits[count++] = text[i];
    }
    while (first < n && text[first] == ' ') first++;
    int plus = first < n && text[first] == '+', zeros = count > 1 && digits[0] == '0' && digits[1] == '0';
    const uint32_t *rest; char code[4] = "33"; int left;
    if (plus || zeros) {
        const uint32_t *from = digits + (zeros ? 2 : 0);
        int have = count - (zeros ? 2 : 0), size = 3;
        if (have > 0 && x->short_codes[from[0] - '0']) size = 1;
        else if (have > 1 && from[0] != '0' && x->short_codes[(from[0] - '0') * 10 + (from[1] - '0')]) size = 2;
        if (have < size) return 0;
        for (int i = 0; i < size; i++) code[i] = (char)from[i];
        code[size] = 0;
        rest = from + size; left = have - size;
        if (left && rest[0] == '0') { rest++; left--; }
    } else if (count && digits[0] == '0') {
        rest = digits + 1; left = count - 1;
    } else
        return digits_form(p, x, e, "", digits, count);
    char with_zero[8], abroad[8], both[8];
    int size = (int)strlen(code);
    memcpy(with_zero, code, (size_t)size); memcpy(with_zero + size, "0", 2);
    memcpy(abroad, "00", 2); memcpy(abroad + 2, code, (size_t)size + 1);
    memcpy(both, "00", 2); memcpy(both + 2, with_zero, (size_t)size + 2);
    return digits_form(p, x, e, code[0] == '1' && !code[1] ? "" : "0", rest, left)
        && digits_form(p, x, e, code, rest, left) && digits_form(p, x, e, abroad, rest, left)
        && digits_form(p, x, e, with_zero, rest, left) && digits_form(p, x, e, both, rest, left);
}

static int email_form(const lexicon *x, const uint32_t *text, int n, entries *e) {
    int signs = 0;
    for (int i = 0; i < n; i++) {
        uint32_t c = text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i];
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '@')) return 0;
        signs += c == '@';
        if (!append(&e->letters, &c, 1)) return 0;
    }
    if (signs != 1) return 0;
    uint64_t same = hash_of(x, e->letters.codes, e->letters.count);
    e->forms[e->form_count++] = (form){mix(same, x->salt_email), same, n, 0, 1};
    return 1;
}

static int product(const points *p, const lexicon *x, entries *e, const int *street, int at, const run *so_far) {
    if (at == e->part_count) return add_form(p, x, e, so_far, 0);
    if (street[at] < 0) {
        run r = *so_far;
        return append_parts(&r, e, at, at + 1, 0) && product(p, x, e, street, at + 1, &r);
    }
    for (int c = x->street_at[street[at]]; c < x->street_at[street[at] + 1]; c++) {
        run r = *so_far;
        if (!append(&r, x->choice_codes + x->choice_at[c], x->choice_at[c + 1] - x->choice_at[c])) return 0;
        if (!product(p, x, e, street, at + 1, &r)) return 0;
    }
    return 1;
}

/* Number and street. An address with a number apart (12, rue), a postcode before the comma, or few words is Python's. */
static int address_forms(const points *p, const lexicon *x, const uint32_t *text, int n, entries *e) {
    int end = 0, digits = 0, several = 0, street[MAX_PARTS];
    while (end < n && text[end] != ',' && text[end] != ';' && text[end] != '\n') {
        digits = is_digit(text[end]) ? digits + 1 : 0;
        if (digits > 3) return 0;
        end++;
    }
    if (!split(p, text, 0, end, 0, e) || e->part_count < 3) return 0;
    for (int i = 0; i < e->part_count; i++) {
        uint64_t hash = part_hash(x, e, i);
        street[i] = -1;
        for (int64_t k = 0; k < x->street_count; k++) if (x->streets[k] == hash) { street[i] = (int)k; several++; break; }
    }
    run none = {.count = 0};
    return several > 3 ? add_form(p, x, e, &e->letters, 0) : product(p, x, e, street, 0, &none);
}

static int entries_of(const points *p, const lexicon *x, int kind, const uint32_t *text, int n, entries *e) {
    e->letters.count = e->part_count = e->group_count = e->form_count = e->pair_count = e->word_count = 0;
    if (n > MAX_VALUE) return 0;
    switch (kind) {
    case NAME: case ALIAS:
        return groups(p, x, text, n, e) && name_forms(p, x, e) && name_pairs(p, x, e);
    case HANDLE: return handle_form(p, x, text, n, e);
    case PHONE: return phone_forms(p, x, text, n, e);
    case EMAIL: return email_form(x, text, n, e);
    case ADDRESS: return address_forms(p, x, text, n, e);
    case PHRASE: return plain_form(p, x, text, n, e);
    }
    return 0;
}

/* The place of the first entry of a key, or -1. */
static int64_t first_of(const changing *t, uint64_t key) {
    for (uint64_t at = share(key, t->slots); at < t->length && t->keys[at]; at++)
        if (t->keys[at] == key && t->refs[at] != 0xFFFFFFFFu) return (int64_t)at;
    return -1;
}

static int insert(changing *t, uint64_t key, uint32_t ref) {
    uint64_t at = share(key, t->slots);
    while (at < t->length && t->keys[at]) at++;
    if (at + 1 >= t->length || (t->counts[0] + 1) * 5 > t->slots * 4) return 0;
    t->keys[at] = key; t->refs[at] = ref; t->counts[0]++;
    t->filter[share(key, t->words)] |= 1ULL << (key >> 1 & 63) | 1ULL << (key >> 7 & 63) | 1ULL << (key >> 13 & 63);
    return 1;
}

static void bury(changing *t, int64_t slot) { t->refs[slot] = 0xFFFFFFFFu; t->counts[1]++; }

static int64_t row_of(postings *p, const uint32_t *refs, uint64_t count, uint64_t room) {
    if (p->counts[0] + 2 + room > p->room) return -1;
    int64_t row = (int64_t)p->counts[0];
    p->cells[row] = (uint32_t)count; p->cells[row + 1] = (uint32_t)room;
    memcpy(p->cells + row + 2, refs, count * sizeof(uint32_t));
    p->counts[0] += 2 + room;
    return row;
}

static int post(postings *p, uint64_t key, uint32_t ref) {
    int64_t slot = first_of(&p->table, key);
    if (slot < 0) return insert(&p->table, key, ref);
    uint32_t known = p->table.refs[slot];
    if (!(known & 0x80000000u)) {
        uint32_t both[2] = {known, ref};
        int64_t row = row_of(p, both, 2, 4);
        if (row < 0) return 0;
        p->table.refs[slot] = 0x80000000u | (uint32_t)row;
        return 1;
    }
    uint64_t row = known ^ 0x80000000u, count = p->cells[row], room = p->cells[row + 1];
    if (count == room) {
        int64_t moved = row_of(p, p->cells + row + 2, count, count + count / 2 + 1);
        if (moved < 0) return 0;
        p->table.refs[slot] = 0x80000000u | (uint32_t)moved;
        p->counts[1] += 2 + room;
        row = (uint64_t)moved;
    }
    p->cells[row + 2 + count] = ref; p->cells[row] = (uint32_t)count + 1;
    return 1;
}

static void unpost(postings *p, uint64_t key, uint32_t ref) {
    int64_t slot = first_of(&p->table, key);
    if (slot < 0) return;
    uint32_t known = p->table.refs[slot];
    if (!(known & 0x80000000u)) {
        if (known == ref) bury(&p->table, slot);
        return;
    }
    uint64_t row = known ^ 0x80000000u, count = p->cells[row];
    for (uint64_t i = 0; i < count; i++)
        if (p->cells[row + 2 + i] == ref) {
            memmove(p->cells + row + 2 + i, p->cells + row + 3 + i, (count - i - 1) * sizeof(uint32_t));
            p->cells[row] = (uint32_t)--count;
            break;
        }
    if (count == 1) { p->table.refs[slot] = p->cells[row + 2]; p->counts[1] += 2 + p->cells[row + 1]; }
}

static void left_over(rows *out, int which, uint64_t key, uint32_t ref) { put3(out, which, (int64_t)key, (int64_t)ref); }

static void change_deletions(const points *p, lexicon *x, const run *word, int adding, uint32_t ref, rows *out) {
    int edits = x->depths[word->count < x->depth_count ? word->count : x->depth_count - 1];
    const uint64_t *weights = x->weights[edits]; int64_t masks = x->masks[edits];
    uint64_t seen[64]; int count = 0;
    for (int64_t mask = 0; mask < masks && count < 64; mask++) {
        uint64_t hash = 0;
        for (int64_t k = 0; k < x->prefix && k < word->count; k++)
            hash += (uint64_t)collapse(p, word->codes[k]) * weights[k * masks + mask];
        uint64_t key = mix(hash, x->salt_deletion);
        if (among(seen, count, key)) continue;
        seen[count++] = key;
        if (adding) { if (!insert(&x->deletions, key, ref)) left_over(out, IN_DELETIONS, key, ref); continue; }
        for (uint64_t at = share(key, x->deletions.slots); at < x->deletions.length && x->deletions.keys[at]; at++)
            if (x->deletions.keys[at] == key && x->deletions.refs[at] == ref) { bury(&x->deletions, (int64_t)at); break; }
    }
}

/* Add to the count that stands at a key; gives the new one. */
static uint32_t change_count(changing *t, uint64_t key, int change, int which, rows *out) {
    int64_t slot = first_of(t, key);
    if (slot < 0) { if (!insert(t, key, 1)) left_over(out, which, key, 1); return 1; }
    uint32_t count = t->refs[slot] + (uint32_t)change;
    if (count) t->refs[slot] = count; else bury(t, slot);
    return count;
}

static void change(const points *p, lexicon *x, const entries *e, int adding, uint32_t number, rows *out) {
    for (int i = 0; i < e->form_count; i++) {
        postings *to = e->forms[i].email ? &x->emails : &x->forms;
        uint32_t ref = number << 1 | (uint32_t)e->forms[i].weak;
        if (!adding) unpost(to, e->forms[i].key, ref);
        else if (!post(to, e->forms[i].key, ref)) left_over(out, e->forms[i].email ? IN_EMAILS : IN_FORMS, e->forms[i].key, ref);
    }
    for (int i = 0; i < e->pair_count; i++)
        if (!adding) unpost(&x->pairs, e->pair_keys[i], number << 1);
        else if (!post(&x->pairs, e->pair_keys[i], number << 1)) left_over(out, IN_PAIRS, e->pair_keys[i], number << 1);
    *x->names += e->pair_count ? (adding ? 1 : -1) : 0;
    for (int i = 0; i < e->word_count; i++) {
        const run *word = &e->words[i];
        uint64_t key = mix(hash_of_keys(p, x, word->codes, word->count), x->salt_word);
        change_count(&x->spelled, mix(e->word_same[i], x->salt_known), adding ? 1 : -1, IN_SPELLED, out);
        uint32_t left = change_count(&x->words, key, adding ? 1 : -1, IN_WORDS, out);
        if (left == (adding ? 1u : 0u)) change_deletions(p, x, word, adding, (uint32_t)key, out);
    }
}

static int is_stored(const store *s, uint32_t number, int kind, const uint8_t *packed, int64_t size) {
    return number < s->count && s->length[number] == size && s->kind[number] == kind
        && !memcmp(s->bytes + s->begin[number], packed, (size_t)size);
}

/* The number of a term as it is packed: among those that share its rarest form, or -1. */
static int64_t number_of(lexicon *x, const store *s, const entries *e, int kind, const uint8_t *packed, int64_t size) {
    const uint32_t *best = NULL; uint64_t fewest = UINT64_MAX;
    for (int i = 0; i < e->form_count; i++) {
        postings *in = e->forms[i].email ? &x->emails : &x->forms;
        int64_t slot = first_of(&in->table, e->forms[i].key);
        if (slot < 0) return -1;
        const uint32_t *ref = &in->table.refs[slot];
        uint64_t count = 1;
        if (*ref & 0x80000000u) { uint64_t row = *ref ^ 0x80000000u; count = in->cells[row]; ref = in->cells + row + 2; }
        if (count < fewest) { fewest = count; best = ref; }
    }
    for (uint64_t i = 0; best && i < fewest; i++)
        if (is_stored(s, best[i] >> 1, kind, packed, size)) return best[i] >> 1;
    return -1;
}

/* Put `count` terms into the tables, or take them out. Term i is text[ends[i-1]..ends[i]) of kind kinds[i]; when adding its
   number is numbers[i]; when removing it is found by its bytes packed[packed_ends[i-1]..packed_ends[i]) and given back there,
   -1 when it does not stand. handled[i] says whether it was done; what found no room is (table, key, reference) in `out`. */
void change_terms(const points *p, lexicon *x, const store *s, int64_t adding, int64_t count, const uint32_t *text,
                  const int64_t *ends, const uint8_t *kinds, int64_t *numbers, uint8_t *handled, const uint8_t *packed,
                  const int64_t *packed_ends, rows *out) {
    entries e;
    for (int64_t i = 0; i < count; i++) {
        int64_t begin = i ? ends[i - 1] : 0, from = i ? packed_ends[i - 1] : 0;
        handled[i] = ends[i] - begin <= MAX_VALUE
            && entries_of(p, x, kinds[i], text + begin, (int)(ends[i] - begin), &e);
        if (!handled[i]) continue;
        if (!adding) numbers[i] = number_of(x, s, &e, kinds[i], packed + from, packed_ends[i] - from);
        if (numbers[i] >= 0) change(p, x, &e, (int)adding, (uint32_t)numbers[i], out);
    }
}

static int open_with(const lexicon *x, const uint32_t *codes, int count, int plural, uint32_t *out, int made, int room) {
    run r = {.count = 0};
    uint32_t s = 's';
    if (!append(&r, codes, count) || (plural && !append(&r, &s, 1))) return -1;
    uint32_t bits = (uint32_t)(mix(hash_of(x, r.codes, r.count), x->salt_known) >> (64 - x->page_bits));
    for (int i = 0; i < made; i++) if (out[i] == bits) return made;
    if (made == room) return -1;
    out[made] = bits;
    return made + 1;
}

/* The first words of some context (context.opening_words), as the upper bits of their hashes; -1: Python has to read it. */
int64_t first_words(const points *p, const lexicon *x, int64_t count, const uint32_t *text, const int64_t *ends,
                    uint32_t *out, int64_t room) {
    int made = 0;
    for (int64_t w = 0; w < count; w++) {
        int64_t begin = w ? ends[w - 1] : 0;
        run letters = {.count = 0};
        int first = -1, inside = 0;
        for (int64_t at = begin; at < ends[w]; at++) {
            int code = text[at] < 0x80 && p->kind[text[at]] == SIGN ? 0 : folded(p, text[at]);
            if (code < 0) return -1;
            if (!code && inside && first < 0) first = letters.count;
            inside = code != 0;
            uint32_t letter = (uint32_t)code;
            if (code && !append(&letters, &letter, 1)) return -1;
        }
        if (first < 0) first = letters.count;
        if (!letters.count) continue;
        run other = {.count = 0};
        uint64_t hash = hash_of(x, letters.codes, first);
        for (int64_t k = 0; k < x->saint_count; k++)
            if (x->saints[k] == hash && !append(&other, x->saint_codes + x->saint_at[k], x->saint_at[k + 1] - x->saint_at[k]))
                return -1;
        int piece = 1;
        while (piece < first && is_digit(letters.codes[piece]) == is_digit(letters.codes[0])) piece++;
        for (int plural = 0; plural <= (letters.count >= x->glued); plural++) {
            if ((made = open_with(x, letters.codes, first, plural, out, made, (int)room)) < 0) return -1;
            if (other.count && (made = open_with(x, other.codes, other.count, plural, out, made, (int)room)) < 0) return -1;
            if (piece < first && (made = open_with(x, letters.codes, piece, plural, out, made, (int)room)) < 0) return -1;
            if (letters.count < x->glued) continue;
            if ((made = open_with(x, letters.codes, letters.count, plural, out, made, (int)room)) < 0) return -1;
            run both = other;
            if (!other.count) continue;
            if (!append(&both, letters.codes + first, letters.count - first)) return -1;
            if ((made = open_with(x, both.codes, both.count, plural, out, made, (int)room)) < 0) return -1;
        }
    }
    return made;
}
