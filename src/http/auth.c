/* The table of schemes, and what 401 does to the state. */
#include "http/auth.h"

#include "base/base64.h"
#include "base/mem.h"
#include "http/challenge.h"
#include "http/netrc.h"

#include <sys/random.h>

enum {
    STALE_MAX = 3, /* nonces in a row that are old already when they are used: the server's clock or memory is broken */
};

bool http_secret_may_go(enum http_secret secret, const struct url *first, const struct url *now, bool is_trusted,
                        bool *dropped)
{
    bool is_same = url_same_origin(first, now);
    if (is_trusted)
        return true;
    if (secret == HTTP_SECRET_NETRC) {
        bool is_downgrade = strcmp(first->scheme, "https") == 0 && strcmp(now->scheme, "https") != 0;
        return is_same || (!is_downgrade && strcmp(first->host, now->host) != 0);
    }
    *dropped = *dropped || !is_same;
    return !*dropped;
}

static void print_basic(struct buf *out, struct http_auth *a, const struct digest_request *request)
{
    (void)request;
    struct buf pair = {0};
    buf_append_text(&pair, a->user);
    buf_append_byte(&pair, ':');
    buf_append_text(&pair, a->password);
    buf_append_text(out, "Basic ");
    base64_append(out, buf_slice(&pair));
    buf_wipe(&pair);
}

static void print_bearer(struct buf *out, struct http_auth *a, const struct digest_request *request)
{
    (void)request;
    buf_append_text(out, "Bearer ");
    buf_append_text(out, a->bearer);
}

/* Without a challenge there is nothing to answer yet. */
static void print_digest(struct buf *out, struct http_auth *a, const struct digest_request *request)
{
    if (a->digest.nonce)
        digest_print(out, &a->digest, request);
}

/* The strongest first: what --anyauth takes of what is offered. */
static const struct scheme {
    struct slice name;
    enum http_auth_scheme bit;
    void (*print)(struct buf *out, struct http_auth *a, const struct digest_request *request);
} schemes[] = {
    {SLICE_INIT("Bearer"), HTTP_AUTH_BEARER, print_bearer},
    {SLICE_INIT("Digest"), HTTP_AUTH_DIGEST, print_digest},
    {SLICE_INIT("Basic"), HTTP_AUTH_BASIC, print_basic},
};

enum {
    N_SCHEMES = sizeof schemes / sizeof *schemes
};

static const struct scheme *scheme_of(unsigned bit)
{
    for (size_t i = 0; i < N_SCHEMES; i++)
        if (schemes[i].bit == bit)
            return &schemes[i];
    return NULL;
}

/* Gathering the credentials. */

static void take_login(struct http_auth *a, struct slice user, struct slice password)
{
    mem_free_secret(a->user);
    mem_free_secret(a->password);
    a->user = mem_dup_slice(user);
    a->password = mem_dup_slice(password);
}

static void take_given(struct http_auth *a, const char *text)
{
    struct slice pair = slice_of(text);
    size_t colon = slice_find(pair, ':');
    take_login(a, slice_first(pair, colon), slice_from(pair, colon < pair.len ? colon + 1 : colon));
}

/* The file may supply what the URL does not say; asked for with --netrc, it comes before the URL's own password. */
static bool take_netrc(struct http_auth *a, const struct http_settings *settings, const struct url *now,
                       struct error *err)
{
    bool is_complete = settings->netrc == HTTP_NETRC_OPTIONAL && now->password;
    struct netrc_login found = {0};
    struct error fault = {0};
    if (settings->netrc == HTTP_NETRC_NEVER || is_complete)
        return true;
    if (!netrc_find(&found, buf_slice(&settings->netrc_text), now->host, now->user, &fault))
        return settings->netrc == HTTP_NETRC_OPTIONAL || error_set(err, fault.code, "%s", fault.text);
    if (found.user || found.password)
        take_login(a, slice_of(found.user ? found.user : now->user), slice_of(found.password));
    netrc_login_done(&found);
    return true;
}

/* Only one wanted: no need to ask. */
static void set_wanted(struct http_auth *a, unsigned wanted)
{
    unsigned possible = (a->bearer ? HTTP_AUTH_BEARER : 0u) | (a->user ? HTTP_AUTH_BASIC | HTTP_AUTH_DIGEST : 0u);
    a->wanted = wanted & possible;
    if ((wanted & (wanted - 1)) == 0)
        a->picked = a->wanted;
}

bool http_auth_begin(struct http_auth *a, const struct http_settings *settings, const struct url *now,
                     struct http_reach reach, struct error *err)
{
    *a = (struct http_auth){.status = 401};
    unsigned wanted = settings->sigv4 ? 0 : settings->auth;
    if (wanted == 0 && !settings->sigv4)
        wanted = settings->bearer ? HTTP_AUTH_BEARER : HTTP_AUTH_BASIC;
    if (reach.given && settings->bearer)
        a->bearer = mem_strdup(settings->bearer);
    if (now->user || now->password)
        take_login(a, slice_of(now->user), slice_of(now->password));
    bool is_ok = true;
    if (reach.given && settings->user)
        take_given(a, settings->user);
    else if (reach.netrc && !settings->user)
        is_ok = take_netrc(a, settings, now, err);
    set_wanted(a, wanted);
    return is_ok;
}

void http_auth_begin_proxy(struct http_auth *a, const struct http_settings *settings, const struct url *proxy)
{
    *a = (struct http_auth){.status = 407};
    if (proxy->user || proxy->password)
        take_login(a, slice_of(proxy->user), slice_of(proxy->password));
    else if (settings->proxy_user)
        take_given(a, settings->proxy_user);
    set_wanted(a, settings->proxy_auth ? settings->proxy_auth : HTTP_AUTH_BASIC);
}

void http_auth_done(struct http_auth *a)
{
    mem_free_secret(a->user);
    mem_free_secret(a->password);
    mem_free_secret(a->bearer);
    digest_done(&a->digest);
    *a = (struct http_auth){0};
}

/* RFC 7616 section 3.3: the client nonce keeps a server from choosing all that is hashed. */
static void make_client_nonce(char into[33])
{
    unsigned char bytes[16] = {0};
    static const char digits[] = "0123456789abcdef";
    (void)!getrandom(bytes, sizeof bytes, 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
        into[2 * i] = digits[bytes[i] >> 4];
        into[2 * i + 1] = digits[bytes[i] & 15];
    }
    into[32] = '\0';
}

void http_auth_print(struct buf *out, struct http_auth *a, const char *method, struct slice target, bool has_body)
{
    const struct scheme *scheme = scheme_of(a->picked);
    size_t before = out->len;
    a->is_probe = a->has_answered = false;
    if (!scheme || a->is_over)
        return;
    char client_nonce[33];
    make_client_nonce(client_nonce);
    struct digest_request request = {
        .method = method, .target = target, .user = a->user, .password = a->password, .client_nonce = client_nonce};
    scheme->print(out, a, &request);
    a->has_answered = out->len > before;
    a->is_probe = has_body && !a->has_answered;
}

/* Hearing what the server wants. */

static void tell(const struct trace *trace, enum trace_note_id id, const char *text)
{
    struct trace_note note = {.id = id, .text = slice_of(text)};
    trace_tell(trace, TRACE_NOTE, &note);
}

struct offer {
    unsigned bits;
    struct digest digest; /* the first that can be answered (RFC 7616 section 3.7) */
    const char *why_not;  /* one that cannot */
};

static void read_offer(struct offer *offer, struct slice scheme, struct slice params)
{
    for (size_t i = 0; i < N_SCHEMES; i++) {
        if (!slice_equal_nocase(scheme, schemes[i].name))
            continue;
        if (schemes[i].bit != HTTP_AUTH_DIGEST)
            offer->bits |= schemes[i].bit;
        else if (!offer->digest.nonce && digest_read(&offer->digest, params, &offer->why_not))
            offer->bits |= HTTP_AUTH_DIGEST;
    }
}

static void read_offers(struct offer *offer, struct slice challenges)
{
    while (challenges.len > 0) {
        struct slice line = slice_first(challenges, slice_find(challenges, '\n'));
        challenges = slice_from(challenges, line.len < challenges.len ? line.len + 1 : line.len);
        struct slice scheme, params;
        while (challenge_next(&line, &scheme, &params))
            read_offer(offer, scheme, params);
    }
}

/* The credentials were shown and refused: is there a reason to show them again? Digest has two: an old nonce, and a
 * challenge after an answer that had been good, as from a server that forgets its nonces without saying so. */
static bool is_worth_another(struct http_auth *a, const struct offer *offer)
{
    if (a->picked != HTTP_AUTH_DIGEST || !offer->digest.nonce)
        return false;
    bool is_forgotten = a->is_accepted;
    a->is_accepted = false;
    return is_forgotten || (offer->digest.is_stale && a->n_stale++ < STALE_MAX);
}

static bool choose(struct http_auth *a, struct offer *offer, const struct trace *trace)
{
    unsigned usable = offer->bits & a->wanted;
    if (a->has_answered && !is_worth_another(a, offer)) {
        tell(trace, NOTE_AUTH_REFUSED,
             a->status == 407 ? "the proxy refuses these credentials" : "the server refuses these credentials");
        return false;
    }
    if (a->picked)
        usable &= a->picked;
    for (size_t i = 0; i < N_SCHEMES; i++) {
        if (!(usable & schemes[i].bit))
            continue;
        a->picked = schemes[i].bit;
        if (a->picked == HTTP_AUTH_DIGEST) {
            digest_done(&a->digest);
            a->digest = offer->digest;
            offer->digest = (struct digest){0};
        }
        tell(trace, NOTE_AUTH_CHOSEN, schemes[i].name.ptr);
        return true;
    }
    if (offer->why_not && (a->wanted & HTTP_AUTH_DIGEST))
        tell(trace, NOTE_AUTH_REFUSED, offer->why_not);
    return false;
}

bool http_auth_hear(struct http_auth *a, int status, struct slice challenges, const struct trace *trace)
{
    if (a->is_over || !a->wanted)
        return false;
    if (status == a->status) {
        struct offer offer = {0};
        read_offers(&offer, challenges);
        bool is_again = choose(a, &offer, trace);
        digest_done(&offer.digest);
        a->is_over = !is_again;
        return is_again;
    }
    if (a->has_answered) {
        a->is_accepted = true;
        a->n_stale = 0;
    }
    /* Nobody asked who we are: now with the body. */
    if (!a->is_probe || status >= 300)
        return false;
    a->is_over = true;
    return true;
}
