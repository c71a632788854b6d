/* struct settings from its defaults to its end. */
#include "cli/settings.h"

#include "base/mem.h"
#include "cli/journal.h"
#include "cli/options.h"
#include "cli/way.h"

enum {
    DEFAULT_MAX_REDIRS = 50,
    DEFAULT_EXPECT100_MS = 1000,
    DEFAULT_ATTEMPT_DELAY_MS = 200,
};

void settings_init(struct settings *settings)
{
    *settings = (struct settings){.protocols = PROTOCOL_HTTP | PROTOCOL_HTTPS,
                                  .redirect_protocols = PROTOCOL_HTTP | PROTOCOL_HTTPS};
    settings->proxy_tls.for_proxy = true;
    settings->http.max_redirs = DEFAULT_MAX_REDIRS;
    settings->http.expect100_timeout_ms = DEFAULT_EXPECT100_MS;
    settings->net.attempt_delay_ms = DEFAULT_ATTEMPT_DELAY_MS;
}

struct settings *command_add_group(struct command *command)
{
    struct settings *settings = mem_alloc(sizeof *settings);
    settings_init(settings);
    command->groups = mem_realloc(command->groups, (command->n_groups + 1) * sizeof(struct settings *));
    command->groups[command->n_groups++] = settings;
    return settings;
}

static void fetches_done(struct settings *settings)
{
    for (size_t i = 0; i < settings->n_fetches; i++) {
        mem_free_secret(settings->fetches[i].url);
        mem_free(settings->fetches[i].output);
        mem_free(settings->fetches[i].upload);
    }
    mem_free(settings->fetches);
}

static void net_done(struct net_settings *net)
{
    for (size_t i = 0; i < net->n_resolve; i++) {
        for (size_t j = 0; j < net->resolve[i].n_addresses; j++)
            mem_free(net->resolve[i].addresses[j]);
        mem_free(net->resolve[i].addresses);
        mem_free(net->resolve[i].host);
    }
    mem_free(net->resolve);
    for (size_t i = 0; i < net->n_connect_to; i++) {
        mem_free(net->connect_to[i].from_host);
        mem_free(net->connect_to[i].to_host);
    }
    mem_free(net->connect_to);
    mem_free(net->unix_socket);
    mem_free(net->interface);
    mem_free_secret(net->proxy);
    mem_free(net->noproxy);
    mem_free(net->client_ip);
}

static void tls_done(struct tls_settings *tls)
{
    mem_free(tls->cacert);
    mem_free(tls->capath);
    mem_free(tls->crlfile);
    mem_free(tls->pinned_key);
    mem_free_secret(tls->cert);
    mem_free(tls->cert_type);
    mem_free(tls->key);
    mem_free(tls->key_type);
    mem_free_secret(tls->pass);
    mem_free(tls->ciphers);
    mem_free(tls->tls13_ciphers);
    mem_free(tls->sigalgs);
    mem_free(tls->curves);
    mem_free(tls->server_name);
    mem_free(tls->session_file);
}

static void texts_done(char **texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mem_free(texts[i]);
    mem_free(texts);
}

static void http_done(struct http_settings *http)
{
    for (size_t i = 0; i < http->n_headers; i++)
        mem_free_secret(http->headers[i]);
    mem_free(http->headers);
    mem_free(http->method);
    buf_wipe(&http->body);
    form_done(&http->form);
    mem_free(http->user_agent);
    mem_free_secret(http->referer);
    mem_free_secret(http->user);
    mem_free_secret(http->cookies);
    texts_done(http->cookie_files, http->n_cookie_files);
    mem_free(http->cookie_jar);
    texts_done(http->hsts_files, http->n_hsts_files);
    mem_free_secret(http->bearer);
    mem_free_secret(http->proxy_user);
    for (size_t i = 0; i < http->n_proxy_headers; i++)
        mem_free_secret(http->proxy_headers[i]);
    mem_free(http->proxy_headers);
    mem_free(http->sigv4);
    buf_wipe(&http->netrc_text);
    mem_free(http->target);
    mem_free(http->range);
    buf_wipe(&http->query);
}

static void output_done(struct output_settings *output)
{
    mem_free(output->write_out);
    mem_free(output->output_dir);
    mem_free(output->dump_header);
    mem_free(output->etag_save);
    mem_free(output->etag_compare);
}

void settings_done(struct settings *settings)
{
    fetches_done(settings);
    net_done(&settings->net);
    tls_done(&settings->tls);
    tls_done(&settings->proxy_tls);
    http_done(&settings->http);
    output_done(&settings->output);
    mem_free(settings->proto_default);
    way_done(&settings->way);
    *settings = (struct settings){0};
}

void command_done(struct command *command)
{
    for (size_t i = 0; i < command->n_groups; i++) {
        settings_done(command->groups[i]);
        mem_free(command->groups[i]);
    }
    mem_free(command->groups);
    journal_free(command->journal);
    mem_free(command->console.stderr_file);
    mem_free(command->trace.file);
    mem_free(command->evidence.keylog);
    mem_free(command->evidence.pcapng);
    mem_free(command->evidence.har);
    mem_free(command->evidence.tls_out);
    *command = (struct command){0};
}
