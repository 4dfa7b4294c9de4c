-- What a person typed, if nobody else changed the draft meanwhile. Typing is no
-- history: the log has the moves.
UPDATE ticketing.ticket SET
    rev = rev + 1, changed_at = now(), changed_by = @by,
    business_type = @business_type, category = @category, channel = @channel, urgency = @urgency,
    tags = @tags, knowledge = @knowledge, title = @title, content = @content, demand = @demand, typed_reply = @typed_reply,
    caller_name = @caller_name, caller_sex = @caller_sex, caller_language = @caller_language,
    contact_number = @contact_number, contact_key = @contact_key, anonymous = @anonymous, confidential = @confidential,
    subject_unit = @subject_unit, subject_plate = @subject_plate, subject_line = @subject_line,
    subject_time = @subject_time, subject_region = @subject_region, subject_address = @subject_address,
    longitude = @longitude, latitude = @latitude
WHERE id = @id AND rev = @rev AND state = 'draft'
