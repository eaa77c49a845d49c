## What the bot says.

bot-start =
    interopwatch 會在一個平台向另一個平台開放時通知你：支付、連結、訊息、登入等。
    每項開放只通知一次，有新進展時再通知一次。
bot-place = 如需在此接收提醒，請營運者把本聊天加入設定（telegram.chats）：
bot-help =
    /start – 我是誰，以及本聊天的 ID
    /help – 顯示此清單
    /status – 運作狀況（僅限營運者）
bot-operators = /status 僅供本機器人的營運者使用。
bot-unknown = 我不認識這個指令。/help 會列出我能做的事。
bot-slow = 請求太多了，一分鐘後我再回覆。
bot-resumed = 已恢復向本聊天傳送提醒。
bot-status = 等待：{ $waiting } · 已傳送：{ $sent } · 失敗：{ $failed } · 暫停的聊天：{ $paused }

## The menu of commands.

command-start = 我是誰，以及本聊天的 ID
command-help = 我能做什麼
command-status = 運作狀況（僅限營運者）
