## Settings of a chat.

bot-settings = Settings of this chat
bot-settings-how = In words: /settings language ja · zone Asia/Tokyo · quiet 22:00-07:00 · digest daily 09:00 · stage live · sources 2 · pause · resume · undo
language-own = English
settings-language = Language
settings-language-how = Choose the language that I write in here: { $known }
settings-zone = Time zone
settings-zone-how = Quiet hours and digests are in this time. Any other can be written: /settings zone Europe/Paris
settings-zone-unknown = I know no time zone “{ $name }”. Write it like: /settings zone Asia/Tokyo
settings-quiet = Quiet hours
settings-quiet-how = Nothing is sent in these hours; what waited comes in one message after them. Write other hours like: /settings quiet 22:30-06:30, or /settings quiet off
settings-none = none
settings-when = When alerts come
settings-now = At once
settings-daily = Daily { $at }
settings-weekly = Weekly { $day }

## The first three taps.

start-language = 1 of 3 · Which language shall I write in?
start-what = 2 of 3 · What do you want to hear of? More can be added at any time: /follow
start-platforms = Platforms
start-pick = Tick the platforms that matter to you, then go on. Others can be written: /follow taobao
start-none-picked = No platform is ticked yet.
start-when = 3 of 3 · When shall alerts come?
start-done = This chat follows:
start-sample = This is what an alert looks like:
button-next = Next
button-return = Back
button-to-group = Add to a group
button-to-channel = Add to a channel
button-all = All stages
button-forget = Forget everything
forget-what = I keep of this chat: its number, what it follows, its settings, what it was told, and that it called alerts wrong. Forget all of that? In words: { $sure }
forget-done = Everything that was kept of this chat is gone. /start begins anew.
forget-nothing = Nothing is kept of this chat.
