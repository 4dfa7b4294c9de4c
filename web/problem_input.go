package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Huma refuses by itself what does not fit the description of an operation. It
// asks these, once for the whole program, how to say so.
func init() {
	huma.DefaultArrayNullable = false // our lists are empty, never null
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return inputProblem("zh", status, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		lang := "zh"
		if ctx != nil {
			lang = languageOf(ctx.Context())
		}
		return inputProblem(lang, status, msg, errs)
	}
}

// inputProblem words what huma refuses.
func inputProblem(lang string, status int, msg string, errs []error) *Problem {
	for _, err := range errs {
		if ready, ok := errors.AsType[*Problem](err); ok {
			return ready
		}
	}
	if strings.HasPrefix(msg, "cannot read request body") {
		status = http.StatusBadRequest // the sender went away in the middle
	}
	p := statusProblem(status, lang)
	for _, err := range errs {
		if err == nil {
			continue
		}
		fault := FieldFault{Message: err.Error()}
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			fault = FieldFault{d.Location, d.Message}
		}
		p.Errors = append(p.Errors, fault.worded(lang))
	}
	return p
}

// worded says a fault in the reader's language; the field is named as the
// client named it.
func (f FieldFault) worded(lang string) FieldFault {
	f.Location = strings.TrimPrefix(f.Location, "body.")
	for _, w := range inputWords {
		rest, ok := strings.CutPrefix(f.Message, w.says)
		if !ok {
			continue
		}
		format := pick(lang, [2]string{w.zh, w.en})
		if strings.Contains(format, "%s") {
			format = fmt.Sprintf(format, strings.TrimSpace(rest))
		}
		f.Message = format
		return f
	}
	if lang != "en" {
		f.Message = "填写有误：" + f.Message
	}
	return f
}

// inputWords translates huma's findings by how they begin; %s is the rest.
var inputWords = []struct{ says, zh, en string }{
	{"unexpected property", "多余的字段，服务端不认识。", "unknown field"},
	{"expected required property", "缺少必填字段：%s", "missing field: %s"},
	{"expected value to be one of", "只能是下列之一：%s", "must be one of: %s"},
	{"expected string to match pattern", "格式不正确。", "does not have the right form"},
	{"expected string to be RFC 3339", "时间格式不正确，应如 2026-11-22T14:05:00+08:00。", "must be a time like 2026-11-22T14:05:00+08:00"},
	{"invalid date/time", "时间格式不正确，应如 2026-11-22T14:05:00+08:00。", "must be a time like 2026-11-22T14:05:00+08:00"},
	{"expected string to be RFC 4122 uuid", "编号格式不正确。", "must be a UUID"},
	{"expected string", "应为文字。", "must be text"},
	{"expected boolean", "应为是或否。", "must be true or false"},
	{"invalid boolean", "应为是或否。", "must be true or false"},
	{"expected integer", "应为整数。", "must be a whole number"},
	{"invalid integer", "应为整数。", "must be a whole number"},
	{"expected number >= ", "不能小于 %s。", "must be at least %s"},
	{"expected number <= ", "不能大于 %s。", "must be at most %s"},
	{"expected number", "应为数字。", "must be a number"},
	{"invalid float", "应为数字。", "must be a number"},
	{"expected array length <= ", "最多 %s 项。", "at most %s items"},
	{"expected array", "应为列表。", "must be a list"},
	{"expected object", "应为 JSON 对象。", "must be a JSON object"},
	{"expected length >= ", "至少 %s 个字。", "at least %s characters"},
	{"expected length <= ", "最多 %s 个字。", "at most %s characters"},
	{"required", "缺少必填的参数。", "a required parameter is missing"},
	{"request body is required", "请求内容为空。", "the body is empty"},
	{"invalid character", "不是有效的 JSON：%s", "is not JSON: invalid character %s"},
	{"unexpected end of JSON input", "JSON 不完整。", "the JSON ends too early"},
	{"unmarshal", "不是有效的 JSON：%s", "is not JSON: %s"},
}

// byStatus words refusals that are about the request and not about the trade.
var byStatus = map[int]struct {
	code  string
	words [2]string
}{
	http.StatusBadRequest:            {"bad_request", [2]string{"请求内容无法识别，请刷新页面后重试。", "The request cannot be read. Please reload the page and try again."}},
	http.StatusUnprocessableEntity:   {"input", [2]string{"填写的内容有误，请检查后重试。", "Something you entered is not right. Please check it."}},
	http.StatusRequestEntityTooLarge: {"too_large", [2]string{"提交的内容过大（上限 1 MB），请精简后重试。", "This is more than 1 MB, which is too much. Please shorten it."}},
	http.StatusUnsupportedMediaType:  {"not_json", [2]string{"仅接受 JSON 格式的内容。", "Only JSON is accepted."}},
	http.StatusRequestTimeout:        {"too_slow", [2]string{"内容上传超时，请检查网络后重试。", "The upload took too long. Please check the network and try again."}},
	http.StatusNotFound:              {"no_such_address", [2]string{"没有这个地址。", "There is no such address."}},
	http.StatusMethodNotAllowed:      {"method", [2]string{"该地址不支持此操作。", "This address does not support that."}},
	http.StatusNotAcceptable:         {"not_acceptable", [2]string{"无法以所要求的格式应答。", "This cannot be answered in the format asked for."}},
}

// statusProblem words a status that somebody else chose.
func statusProblem(status int, lang string) *Problem {
	if known, ok := byStatus[status]; ok {
		return newProblem(status, known.code, pick(lang, known.words))
	}
	if status >= http.StatusBadRequest && status < http.StatusInternalServerError {
		return newProblem(status, "input", pick(lang, byKind[errkind.Invalid]))
	}
	p := byKindProblem(errkind.Internal, lang)
	if status > http.StatusInternalServerError {
		p = newProblem(status, string(errkind.Unavailable), pick(lang, byKind[errkind.Unavailable]))
	}
	return p
}

// languageOf is the language of whoever asks: zh or en.
func languageOf(ctx context.Context) string {
	if lang, _ := ctx.Value(languageKey{}).(string); lang != "" {
		return lang
	}
	return "zh"
}

type languageKey struct{}

func withLanguage(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, languageKey{}, lang)
}
