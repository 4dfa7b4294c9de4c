-- +goose Up
CREATE INDEX event_place_told ON event (site, at) WHERE kind = 'call.place_told';
COMMENT ON INDEX event_place_told IS 'How good announced waits were: statistics compares them with what came.';

-- +goose Down
DROP INDEX event_place_told;
