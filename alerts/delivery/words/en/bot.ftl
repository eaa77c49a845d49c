## What the bot says.

bot-start =
    interopwatch tells you when one platform opens something to another: payments, links, messages, logins.
    Once per opening, and once more when it gets further.
bot-place = To get alerts here, write /follow; or the operator adds this chat to the configuration (telegram.chats):
bot-help = Write words to search, or send a link to see which event it tells of.
bot-operators = /status is for the operators of this bot.
bot-unknown = I do not know that command. /help lists what I can do.
bot-slow = That was a lot at once. I will answer again in a minute.
bot-resumed = Alerts go out to this chat again.
bot-status = Waiting: { $waiting } · sent: { $sent } · failed: { $failed } · paused chats: { $paused }
status-oldest = The oldest has been due for { $minutes } min.
status-silent = Silent: { $loops }
status-failed = Failed last:
status-sources = Sources in trouble: { $count }
status-how = Write /status, or /status retry 12 for an alert that failed.
status-no-failed = No alert { $number } has failed.
bot-configuration = The configuration was not taken over, the last good one holds: { $problem }

## What people ask for.

bot-latest = Told last
bot-latest-how = Write a number from 1 to { $most }, and a stage if you like: /latest 3 live
bot-nothing-yet = Nothing has been found yet.
bot-event-how = Write the id of an event, like: /event E17
bot-no-event = There is no event { $id }. /latest lists the newest ones.
bot-no-platform = I know no platform called “{ $name }”.
bot-did-you-mean = Did you mean { $names }?
bot-no-capability = “{ $name }” is nothing that platforms open. Write one of: { $known }
bot-nothing-known = Nothing is known of { $name } yet.
bot-timeline-how = Write one platform or two, like: /timeline taobao wechat pay
bot-matrix = Who opens what to whom
bot-search-how = Write up to { $words } words ({ $characters } characters at most), like: /search taobao "mini program" -jd
bot-found-nothing = I found nothing for “{ $words }”. Try fewer words, or another name.
bot-link-unknown = I do not know that page. It may be from an outlet that I do not read, or too new.
bot-link-nothing = I have read “{ $title }”, and found no opening in it.
bot-link-several =
    { $count ->
        [one] That page tells of { $count } event
       *[other] That page tells of { $count } events
    }

## What a chat follows.

bot-follow-how = Write a platform, an opening from one to another, a kind of opening, or all; filters may follow. Like: /follow taobao · /follow taobao > wechat pay · /follow payment · /follow all stage:live sources:2 language:ja
bot-follow-all = Everything
bot-follow-unknown = This chat follows nothing with the number { $number }. /following lists what it follows.
bot-follow-configured = That comes from the configuration (telegram.chats); the operator can change it there.
bot-follow-too-many = A chat may follow { $most } things. End some of them first: /following
bot-follows = This chat follows
bot-follows-nothing = This chat follows nothing. Begin with /follow
bot-following-how = /following pause 1 · /following resume 1 · /following remove 1 · /following undo – with a number of this list
bot-undo-nothing = There is nothing to take back.
bot-digest-how = Write when alerts are to come, like: /digest off · /digest daily 09:00 · /digest weekly Fri 09:00
bot-only-admins = Only administrators of this group can change what I post here.
bot-cannot-check = I cannot ask Telegram just now whether you are an administrator here. Nothing was changed; please try again.
rhythm-immediate = Alerts come at once.
rhythm-daily = Alerts come together, daily at { $at } ({ $zone }).
rhythm-weekly = Alerts come together, weekly on { $day } at { $at } ({ $zone }).

## What stands in pictures.

picture-planned = planned
picture-disputed = disputed
picture-nothing = nothing known

## The menu of commands.

command-start = who I am, and alerts in three taps
command-follow = get alerts here (/follow taobao)
command-following = what this chat follows; pause, remove, undo
command-digest = alerts at once, daily or weekly
command-settings = language, time zone, quiet hours, pause
command-latest = the events told last (/latest 10)
command-search = events and articles with your words
command-event = one event by its id (/event E17)
command-timeline = a platform or two, step by step
command-matrix = who opens what to whom
command-help = what I can do
command-status = how I am doing (operators)
