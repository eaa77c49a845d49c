## What the bot says.

bot-start =
    interopwatch tells you when one platform opens something to another: payments, links, messages, logins.
    Once per opening, and once more when it gets further.
bot-place = To get alerts here, the operator adds this chat to the configuration (telegram.chats):
bot-help =
    /start – who I am, and the id of this chat
    /help – this list
    /status – how I am doing (operators)
bot-operators = /status is for the operators of this bot.
bot-unknown = I do not know that command. /help lists what I can do.
bot-slow = That was a lot at once. I will answer again in a minute.
bot-resumed = Alerts go out to this chat again.
bot-status = Waiting: { $waiting } · sent: { $sent } · failed: { $failed } · paused chats: { $paused }

## The menu of commands.

command-start = who I am, and the id of this chat
command-help = what I can do
command-status = how I am doing (operators)
