/* Options that do not go together. */
#include "cli/setters.h"

/* As curl: the sentence, and then the option at hand. When settings are made once more, there is none. */
static bool fail_here(struct parse *parse, const char *sentence)
{
    if (parse->is_replay)
        return parse_refuse(parse, PEEL_FAILED_INIT, "%s", sentence);
    parse_remark(parse, "peel:", "%s", sentence);
    return parse_fail(parse, PEEL_FAILED_INIT, "is badly used here");
}

/* What would change or cut the file that a download is to go on with. */
static const char *against_resuming(const struct settings *settings)
{
    const struct output_settings *output = &settings->output;
    return settings->http.range               ? "--continue-at is mutually exclusive with --range"
           : output->remove_on_error          ? "--continue-at is mutually exclusive with --remove-on-error"
           : output->clobber == CLOBBER_NEVER ? "--continue-at is mutually exclusive with --no-clobber"
           : output->atomic                   ? "--continue-at is mutually exclusive with --atomic"
                                              : NULL;
}

bool check_so_far(struct parse *parse)
{
    const struct settings *settings = parse->settings;
    const struct output_settings *output = &settings->output;
    const char *sentence = output->resumes ? against_resuming(settings) : NULL;
    if (!sentence && parse->n_urls > 1 && (output->etag_save || output->etag_compare))
        sentence = "The etag options only work on a single URL";
    return !sentence || fail_here(parse, sentence);
}

/* curl says this as a warning, and then no more. Where nobody would see a warning, it is an error like others. */
static bool fail_methods(struct parse *parse, const char *one, const char *other)
{
    static const char format[] = "You can only select one HTTP request method! You asked for both %s and %s.";
    if (parse->is_replay || parse->command->console.silent)
        return parse_refuse(parse, PEEL_FAILED_INIT, format, one, other);
    parse_warn(parse, format, one, other);
    return parse_refuse(parse, PEEL_FAILED_INIT, "%s", "");
}

void warn_of_waste(struct parse *parse)
{
    const struct command *command = parse->command;
    const struct evidence_settings *evidence = &command->evidence;
    const char *option = evidence->tls_report != REPORT_NONE ? "--tls-report"
                         : evidence->has_tls_warn_days       ? "--tls-warn-days"
                                                             : NULL;
    bool is_probe = false;
    for (size_t i = 0; i < command->n_groups; i++)
        is_probe = is_probe || command->groups[i]->tls_probe;
    if (is_probe && option)
        parse_warn(parse, "--tls-probe fetches nothing, so there is nothing for %s to tell of it", option);
}

bool check_methods(struct parse *parse)
{
    const struct http_settings *http = &parse->settings->http;
    const bool has_upload = parse->n_uploads > 0;
    const struct {
        bool is_said;
        const char *name;
    } methods[] = {
        {has_upload, "PUT (-T, --upload-file)"},
        {parse->has_data && !http->data_to_query, "POST (-d, --data)"},
        {http->form.root.n_parts > 0, "multipart formpost (-F, --form)"},
        {http->head_only, "HEAD (-I, --head)"},
        {http->data_to_query && has_upload, "GET (-G, --get)"},
    };
    const char *first = NULL;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (methods[i].is_said && first)
            return fail_methods(parse, first, methods[i].name);
        if (methods[i].is_said)
            first = methods[i].name;
    }
    if (parse->settings->output.resumes && http->has_body)
        return parse_refuse(parse, PEEL_FAILED_INIT, "--continue-at is mutually exclusive with --data");
    return true;
}
