## How far an opening has come.

stage-rumour = rumour
stage-test = test
stage-announced = announced
stage-live = live
stage-withdrawn = withdrawn

## What is opened.

capability-payment = Payments
capability-links = Links
capability-miniprogram = Mini programs
capability-ads = Advertising
capability-transfer = Transfers
capability-messaging = Messaging
capability-meeting = Meetings
capability-content = Content
capability-login = Sign-in
capability-data = Data
capability-device = Devices
capability-regulation = Regulation
capability-other = Other

## Names of the languages that articles are in.

language-en = English
language-zh = Chinese
language-zh-Hans = Chinese (Simplified)
language-zh-Hant = Chinese (Traditional)
language-ja = Japanese
language-ko = Korean
language-de = German
language-fr = French
language-es = Spanish

## Dates. Values come as text, because a year is no quantity.

date-day = { $day } { $month } { $year }
date-time = { $date }, { $time } ({ $zone })
date-month = { $month } { $year }
date-year = { $year }
date-range = { $first } – { $last }
date-by = by { $date }
date-from = from { $date }
date-months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec

## How a date was read.

how-stated = stated
how-relative = worked out from the text
how-vague = roughly

## The parts of an alert.

alert-comma = ,{ " " }
alert-anyone = everyone
alert-reopened = reopened
alert-now = now
alert-since = Since { $date }
alert-undated = No date given
alert-disputed = { $outlet }: { $date }
alert-planned = Planned for { $date }
alert-independent =
    { $count ->
        [one] { $count } independent source
       *[other] { $count } independent sources
    }
alert-articles =
    { $count ->
        [one] { $count } article
       *[other] { $count } articles
    }
alert-coverage = Coverage
alert-more = +{ $count } more
alert-edited = edited
alert-reply = in reply to an earlier message

## Many events in one message.

bundle-daily = Daily digest
bundle-weekly = Weekly digest
bundle-quiet = What your quiet hours held back
bundle-since = since { $date }
bundle-part = part { $part }
bundle-new = { $count } new
bundle-changes =
    { $count ->
        [one] { $count } change
       *[other] { $count } changes
    }
bundle-languages =
    { $count ->
        [one] { $count } language
       *[other] { $count } languages
    }

## To the owner of a chat that does not let us in.

owner-paused = I cannot post in the chat { $place } any more, and have paused it:
owner-topic = { $chat } (topic { $topic })
owner-kept =
    { $count ->
        [one] { $count } alert is
       *[other] { $count } alerts are
    } kept for { $days } days. Let me in again and write /start there to get them.
