## What stands on buttons.

button-sources = Sources
button-timeline = Timeline
button-mute = Mute event
button-unmute = Unmute event
button-wrong = Wrong
button-back = Back
button-on = More

## What a press does, told to who pressed.

bot-muted = { $id } is muted: this chat hears no more of it.
bot-unmuted = { $id } is heard of again, from its next step on.
bot-wrong-noted = Thank you. It is noted for the people who write the rules.
bot-wrong-known = This has been reported from here already. Thank you.
bot-button-old = This button is too old for me to tell what it was for. Please write the command instead: /help
bot-failed = That did not work, and the fault is mine. Please try again later.
source-copy = copy
