## What stands on buttons.

button-sources = Sources
button-timeline = Timeline
button-mute = Mute event
button-unmute = Unmute event
button-wrong = Wrong
button-back = Back
button-on = More
button-older = Older
button-newer = Newer
button-area = Area
button-since = Since
button-every-area = All areas
button-always = Any time
button-days = { $count } days
bot-matrix-areas = Choose what is opened:
bot-matrix-times = Choose how far back to look:

## What a press does, told to who pressed.

bot-muted = { $id } is muted: this chat hears no more of it.
bot-unmuted = { $id } is heard of again, from its next step on.
bot-wrong-noted = Thank you. It is noted for the people who write the rules.
bot-wrong-known = This has been reported from here already. Thank you.
bot-button-old = This button is too old for me to tell what it was for. Please write the command instead: /help
bot-failed = That did not work, and the fault is mine. Please try again later.
source-copy = copy

## Changing what is followed.

button-undo = Undo
button-share = Share
button-pass-on = Pass on
button-take = Follow this too
button-muted = Muted events
button-settings = Settings
button-following = What is followed
button-pause = Pause
button-resume = Resume
button-remove = Remove
button-any = any

## Names of the filters, as they can be written: stage:live, sources:2.

filter-stage = stage
filter-sources = sources
filter-language = language
filter-capability = capability
bot-edit-how = In words: /following edit { $number } stage:live sources:2 language:ja capability:payment
bot-no-filter = I do not understand “{ $name }”. Filters are stage:live, sources:2, language:ja, capability:payment; “{ $any }” takes one away.
bot-paused = Paused: nothing comes until it is resumed. /settings resume
bot-muted-list = Muted in this chat
bot-muted-nothing = No event is muted in this chat.
bot-muted-not = { $id } is not muted in this chat.
bot-share = This link offers others what this chat follows now. It tells nobody which chat that is.
bot-share-offered = Somebody shares what they follow
bot-share-unknown = I do not know this shared subscription. Please ask for the link again.
weekdays = Mon Tue Wed Thu Fri Sat Sun
bot-closed = This bot serves its own chats only.
