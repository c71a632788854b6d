/* insight/: packets and pcapng blocks, byte by byte; captures, from events. */
#include "base/mem.h"
#include "insight/capture.h"
#include "insight/pcapng.h"
#include "pcapng_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

static void sums_are_those_of_rfc_1071(void **state)
{
    (void)state;
    static const struct {
        struct slice bytes;
        uint32_t sum;
    } rows[] = {
        {SLICE_INIT("\x00\x01\xf2\x03\xf4\xf5\xf6\xf7"), 0xddf2}, /* its section 3 */
        {SLICE_INIT(""), 0},
        {SLICE_INIT("\x12"), 0x1200},
        {SLICE_INIT("\xff\xff\x00\x01"), 0x0001},
        {SLICE_INIT("\xff\xff\xff\xff\xff"), 0xff00},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++)
        assert_int_equal(packet_sum(0, rows[i].bytes), rows[i].sum);
}

static void expect_bytes(struct buf *out, const char *hex)
{
    struct buf text = {0};
    for (size_t i = 0; i < out->len; i++)
        buf_printf(&text, "%02x", (unsigned char)buf_slice(out).ptr[i]);
    assert_string_equal(buf_text(&text), hex);
    buf_done(&text);
    buf_clear(out);
}

static void packets_have_these_bytes(void **state)
{
    (void)state;
    struct packet_end a, b;
    struct buf out = {0};
    assert_true(packet_end_parse(&a, "192.0.2.1", 50000));
    assert_true(packet_end_parse(&b, "198.51.100.7", 443));
    struct packet packet = {
        .from = &a, .to = &b, .seq = 0x01020304, .ack = 5, .flags = PACKET_ACK, .payload = SLICE("hey")};
    packet_append(&out, &packet);
    expect_bytes(&out, "4500002b0000400040064e91c0000201c6336407"
                       "c35001bb01020304000000055010ffff19190000"
                       "686579");
    assert_true(packet_end_parse(&a, "2001:db8::1%eth0", 1));
    assert_true(packet_end_parse(&b, "::1", 2));
    packet = (struct packet){.from = &a, .to = &b, .flags = PACKET_SYN, .payload = SLICE("")};
    packet_append(&out, &packet);
    expect_bytes(&out, "60000000001c0640"
                       "20010db8000000000000000000000001"
                       "00000000000000000000000000000001"
                       "00010002"
                       "00000000"
                       "00000000"
                       "7002ffff"
                       "499d0000"
                       "02040578"
                       "03030e01");
    assert_false(packet_end_parse(&a, "", 1));
    assert_false(packet_end_parse(&a, "example.com", 1));
    assert_false(packet_end_parse(&a, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa", 1));
    buf_done(&out);
}

static void blocks_are_padded(void **state)
{
    (void)state;
    struct buf out = {0};
    struct read_block block = {0};
    for (size_t len = 0; len < 9; len++) {
        char comment[16] = "";
        memset(comment, 'c', len);
        buf_clear(&out);
        pcapng_append_packet(&out, 0x123456789, slice_make("12345678", len), len % 2 == 0 ? comment : NULL);
        pcapng_append_secrets(&out, slice_make("abcdefgh", len));
        struct slice rest = buf_slice(&out);
        assert_true(read_block(&rest, &block));
        assert_int_equal(block.type, READ_PACKET);
        assert_int_equal(block.at_us, 0x123456789);
        assert_int_equal(block.packet.len, len);
        /* Code, length, the padded text; then the end. */
        size_t options = len % 2 == 1 ? 0 : len == 0 ? 4 : 4 + read_padded(len) + 4;
        assert_int_equal(block.options.len, options);
        if (options > 4) {
            assert_int_equal(read_le(block.options, 0), 1 | len << 16);
            assert_memory_equal(block.options.ptr + 4, comment, len);
            for (size_t i = 4 + len; i < options; i++)
                assert_int_equal(block.options.ptr[i], 0);
        }
        assert_true(read_block(&rest, &block));
        assert_int_equal(block.type, READ_SECRETS);
        assert_true(slice_equal(block.secrets, slice_make("abcdefgh", len)));
        assert_int_equal(rest.len, 0);
    }
    buf_clear(&out);
    pcapng_append_start(&out, "why");
    struct slice rest = buf_slice(&out);
    assert_true(read_block(&rest, &block));
    assert_int_equal(block.type, READ_SECTION);
    assert_memory_equal(block.body.ptr,
                        "\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\x03\0why\0\x04\0", 26);
    buf_consume(&out, out.len - rest.len);
    expect_bytes(&out, "0100000020000000"
                       "6500000000000000"
                       "020004007065656c"
                       "0000000020000000");
    buf_done(&out);
}

/* A capture told in text, a word a packet: "c" or "s" for whose it is, flags, sequence number, length; "K" is keys. */
struct fixture {
    struct capture *capture;
    struct buf out;
    struct buf text;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){0};
    f->capture = capture_new(1000, &f->out);
    buf_clear(&f->out);
}

static void describe(struct fixture *f, struct slice blocks)
{
    struct read_block block = {0};
    while (blocks.len > 0) {
        assert_true(read_block(&blocks, &block));
        if (block.type == READ_SECRETS)
            buf_printf(&f->text, "K%.*s ", (int)block.secrets.len - 1, block.secrets.ptr);
        if (block.type != READ_PACKET)
            continue;
        struct read_packet p = {0};
        assert_true(read_packet(block.packet, &p));
        buf_printf(&f->text, "%c%s%s%s%s%u", p.to == 443 ? 'c' : 's', p.flags & PACKET_SYN ? "S" : "",
                   p.flags & PACKET_FIN ? "F" : "", p.flags & PACKET_RST ? "R" : "", p.flags & PACKET_PSH ? "P" : "",
                   p.seq);
        if (p.payload.len > 0)
            buf_printf(&f->text, "+%zu", p.payload.len);
        else if (!(p.flags & (PACKET_SYN | PACKET_FIN | PACKET_RST)))
            buf_printf(&f->text, "/%u", p.ack);
        buf_append_byte(&f->text, ' ');
    }
}

static const char *told(struct fixture *f)
{
    buf_clear(&f->text);
    describe(f, buf_slice(&f->out));
    buf_clear(&f->out);
    return buf_text(&f->text);
}

static const char *tell(struct fixture *f, unsigned connection, enum trace_socket_what what, struct slice bytes)
{
    struct trace_socket s = {.what = what,
                             .connection = connection,
                             .bytes = bytes,
                             .began_us = 7,
                             .local = {"192.0.2.1", 50000},
                             .remote = {"192.0.2.2", 443},
                             .is_tls = connection > 0};
    struct trace_event event = {.kind = TRACE_SOCKET, .at_us = 7, .data = &s};
    capture_event(f->capture, &event, &f->out);
    return told(f);
}

static void tell_secret(struct fixture *f, const char *line)
{
    struct trace_line told_line = {slice_of(line)};
    struct trace_event event = {.kind = TRACE_TLS_SECRET, .data = &told_line};
    capture_event(f->capture, &event, &f->out);
    assert_string_equal(told(f), "");
}

static void end(struct fixture *f, const char *expected)
{
    capture_free(f->capture, &f->out);
    assert_string_equal(told(f), expected);
    buf_done(&f->out);
    buf_done(&f->text);
}

static void a_plain_connection_is_written_as_it_goes(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_OPENED, SLICE("")), "cS0 sS0 c1/1 ");
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_SENT, SLICE("GET /")), "cP1+5 s1/6 ");
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_RECEIVED, SLICE("200")), "sP1+3 c6/4 ");
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_PEER_CLOSED, SLICE("")), "sF4 c6/5 ");
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_PEER_CLOSED, SLICE("")), "");
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_CLOSED, SLICE("")), "cF6 s5/7 ");
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_CLOSED, SLICE("")), "");
    end(&f, "");
}

/* SYN when it was asked to connect, the rest of that handshake when it stood. */
static void a_connection_begins_before_it_stands(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct trace_socket opened = {
        .what = TRACE_SOCKET_OPENED, .began_us = 3, .local = {"192.0.2.1", 50000}, .remote = {"192.0.2.2", 443}};
    capture_event(f.capture, &(struct trace_event){.kind = TRACE_SOCKET, .at_us = 7, .data = &opened}, &f.out);
    struct slice rest = buf_slice(&f.out);
    static const uint64_t times[] = {1003, 1007, 1007};
    for (size_t i = 0; i < N_ROWS(times); i++) {
        struct read_block block = {0};
        assert_true(read_block(&rest, &block));
        assert_int_equal(block.at_us, times[i]);
    }
    assert_int_equal(rest.len, 0);
    buf_clear(&f.out);
    assert_string_equal(tell(&f, 0, TRACE_SOCKET_CLOSED, SLICE("")), "cF1 s1/2 ");
    end(&f, "");
}

static void ends_of_connections(void **state)
{
    (void)state;
    static const struct {
        enum trace_socket_what first, second;
        const char *told;
    } rows[] = {
        {TRACE_SOCKET_SECURED, TRACE_SOCKET_CLOSED, "cF1 s1/2 "}, {TRACE_SOCKET_SECURED, TRACE_SOCKET_ABORTED, "cR1 "},
        {TRACE_SOCKET_PEER_RESET, TRACE_SOCKET_CLOSED, ""},       {TRACE_SOCKET_PEER_RESET, TRACE_SOCKET_ABORTED, ""},
        {TRACE_SOCKET_PEER_CLOSED, TRACE_SOCKET_ABORTED, "cR1 "},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct fixture f;
        begin(&f);
        tell(&f, 0, TRACE_SOCKET_OPENED, SLICE(""));
        const char *first = tell(&f, 0, rows[i].first, SLICE(""));
        assert_string_equal(first, rows[i].first == TRACE_SOCKET_PEER_RESET    ? "sR1 "
                                   : rows[i].first == TRACE_SOCKET_PEER_CLOSED ? "sF1 c1/2 "
                                                                               : "");
        assert_string_equal(tell(&f, 0, rows[i].second, SLICE("")), rows[i].told);
        end(&f, "");
    }
}

static void bytes_are_cut_into_segments(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        const char *told;
    } rows[] = {
        {1, "sP1+1 c1/2 "},
        {1400, "sP1+1400 c1/1401 "},
        {1401, "s1+1400 sP1401+1 c1/1402 "},
        {2800, "s1+1400 sP1401+1400 c1/2801 "},
        {3000, "s1+1400 s1401+1400 sP2801+200 c1/3001 "},
    };
    char *bytes = mem_alloc(3000);
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct fixture f;
        begin(&f);
        tell(&f, 0, TRACE_SOCKET_OPENED, SLICE(""));
        assert_string_equal(tell(&f, 0, TRACE_SOCKET_RECEIVED, slice_make(bytes, rows[i].len)), rows[i].told);
        end(&f, "");
    }
    mem_free(bytes);
}

static void keys_come_before_what_they_open(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_OPENED, SLICE("")), "cS0 sS0 c1/1 ");
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_SENT, SLICE("CH")), "cP1+2 s1/3 ");
    /* TLS 1.3: the server's flight in two pieces. */
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_RECEIVED, SLICE("SH")), "");
    tell_secret(&f, "hs");
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_RECEIVED, SLICE("EE Fin")), "");
    tell_secret(&f, "app");
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_SENT, SLICE("Fin")), "Khs\napp sP1+2 c3/3 sP3+6 c3/9 cP3+3 s9/6 ");
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_SECURED, SLICE("")), "");
    assert_string_equal(tell(&f, 1, TRACE_SOCKET_RECEIVED, SLICE("data")), "sP9+4 c6/13 ");
    /* TLS 1.2, resumed: the keys come last, and the handshake ends with a read. */
    tell(&f, 2, TRACE_SOCKET_OPENED, SLICE(""));
    tell(&f, 2, TRACE_SOCKET_SENT, SLICE("CH"));
    assert_string_equal(tell(&f, 2, TRACE_SOCKET_RECEIVED, SLICE("SH CCS")), "");
    tell_secret(&f, "two");
    assert_string_equal(tell(&f, 2, TRACE_SOCKET_SECURED, SLICE("")), "Ktwo sP1+6 c3/7 ");
    /* Keys that come late, perhaps of another connection. */
    tell_secret(&f, "more");
    assert_string_equal(tell(&f, 2, TRACE_SOCKET_RECEIVED, SLICE("x")), "Kmore sP7+1 c3/8 ");
    /* Neither answered nor over. */
    tell(&f, 3, TRACE_SOCKET_OPENED, SLICE(""));
    assert_string_equal(tell(&f, 3, TRACE_SOCKET_RECEIVED, SLICE("SH")), "");
    assert_string_equal(tell(&f, 3, TRACE_SOCKET_PEER_CLOSED, SLICE("")), "");
    assert_string_equal(tell(&f, 3, TRACE_SOCKET_CLOSED, SLICE("")), "sP1+2 c1/3 sF3 c1/4 cF1 s4/2 ");
    tell(&f, 4, TRACE_SOCKET_OPENED, SLICE(""));
    assert_string_equal(tell(&f, 4, TRACE_SOCKET_RECEIVED, SLICE("SH")), "");
    tell_secret(&f, "late");
    end(&f, "Klate sP1+2 c1/3 ");
}

static void a_handshake_without_end_is_not_kept(void **state)
{
    (void)state;
    struct fixture f;
    char *bytes = mem_alloc(64 * 1024);
    size_t held = 0;
    begin(&f);
    tell(&f, 1, TRACE_SOCKET_OPENED, SLICE(""));
    while (*tell(&f, 1, TRACE_SOCKET_RECEIVED, slice_make(bytes, 64 * 1024)) == '\0')
        held += 64 * 1024;
    assert_in_range(held, CAPTURE_HELD_MAX / 2, CAPTURE_HELD_MAX);
    mem_free(bytes);
    end(&f, "");
}

static void what_has_no_address_gets_one(void **state)
{
    (void)state;
    static const struct {
        const char *local, *remote, *comment;
    } rows[] = {
        {"192.0.2.1", "192.0.2.2", "The TCP and IP layers are"},
        {"fe80::1%eth0", "fe80::2%eth0", "The TCP and IP layers are"},
        {"", "", "A Unix socket"},
        {"::1", "192.0.2.2", "A Unix socket"},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct trace_socket s = {
            .began_us = 7, .local = {rows[i].local, 0}, .remote = {rows[i].remote, 443}, .connection = 16385};
        struct trace_event event = {.kind = TRACE_SOCKET, .at_us = 7, .data = &s};
        struct fixture f;
        struct read_block block = {0};
        struct read_packet packet = {0};
        begin(&f);
        capture_event(f.capture, &event, &f.out);
        struct slice rest = buf_slice(&f.out);
        assert_true(read_block(&rest, &block));
        assert_int_equal(block.at_us, 1007);
        assert_memory_equal(block.options.ptr + 4, rows[i].comment, strlen(rows[i].comment));
        assert_true(read_packet(block.packet, &packet));
        assert_int_equal(packet.from, i < 2 ? 0 : 49153);
        assert_int_equal(packet.to, 443);
        assert_int_equal(packet.is_ipv6, i == 1);
        buf_clear(&f.out);
        end(&f, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_rfc_1071),
        cmocka_unit_test(packets_have_these_bytes),
        cmocka_unit_test(blocks_are_padded),
        cmocka_unit_test(a_plain_connection_is_written_as_it_goes),
        cmocka_unit_test(ends_of_connections),
        cmocka_unit_test(a_connection_begins_before_it_stands),
        cmocka_unit_test(bytes_are_cut_into_segments),
        cmocka_unit_test(keys_come_before_what_they_open),
        cmocka_unit_test(a_handshake_without_end_is_not_kept),
        cmocka_unit_test(what_has_no_address_gets_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
