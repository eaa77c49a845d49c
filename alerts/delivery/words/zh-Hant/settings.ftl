## Settings of a chat.

bot-settings = 本聊天的設定
bot-settings-how = 也可以直接寫：/settings language zh-Hant · zone Asia/Taipei · quiet 22:00-07:00 · digest daily 09:00 · stage live · sources 2 · pause · resume · undo
language-own = 繁體中文
settings-language = 語言
settings-language-how = 請選擇我在這裡使用的語言：{ $known }
settings-zone = 時區
settings-zone-how = 安靜時段和彙整都依此時區計算。也可以寫其他時區：/settings zone Europe/Paris
settings-zone-unknown = 沒有名為「{ $name }」的時區。請這樣寫：/settings zone Asia/Taipei
settings-quiet = 安靜時段
settings-quiet-how = 這段時間內不傳送提醒，結束後合併為一則傳送。也可以寫：/settings quiet 22:30-06:30，或 /settings quiet off（關閉）
settings-none = 無
settings-when = 提醒時間
settings-now = 立即
settings-daily = 每日 { $at }
settings-weekly = 每{ $day }

## The first three taps.

start-language = 1/3 · 你希望我使用哪種語言？
start-what = 2/3 · 你想關注什麼？之後隨時可以增加：/follow
start-platforms = 選擇平台
start-pick = 勾選你關心的平台，然後繼續。其他平台可以直接寫：/follow 淘寶
start-none-picked = 還沒有勾選任何平台。
start-when = 3/3 · 什麼時候傳送提醒？
start-done = 本聊天已關注：
start-sample = 提醒看起來是這樣的：
button-next = 繼續
button-return = 返回
button-to-group = 加入群組
button-to-channel = 加入頻道
button-all = 所有階段
button-forget = 全部忘記
forget-what = 我為本聊天儲存：聊天編號、關注內容、設定、已傳送的提醒，以及對提醒的報錯。要全部忘記嗎？也可以寫：{ $sure }
forget-done = 為本聊天儲存的一切都已刪除。/start 可重新開始。
forget-nothing = 沒有為本聊天儲存任何內容。
