## What the bot says.

bot-start =
    interopwatch 會在一個平台向另一個平台開放時通知你：支付、連結、訊息、登入等。
    每項開放只通知一次，有新進展時再通知一次。
bot-place = 如需在此接收提醒，請寫 /follow；或由營運者把本聊天加入設定（telegram.chats）：
bot-help = 直接寫詞語即可搜尋；傳送連結可查看它涉及哪個事件。
bot-operators = /status 僅供本機器人的營運者使用。
bot-unknown = 我不認識這個指令。/help 會列出我能做的事。
bot-slow = 請求太多了，一分鐘後我再回覆。
bot-resumed = 已恢復向本聊天傳送提醒。
bot-status = 等待：{ $waiting } · 已傳送：{ $sent } · 失敗：{ $failed } · 暫停的聊天：{ $paused }
status-oldest = 最早的一則已到期 { $minutes } 分鐘。
status-silent = 沒有動靜：{ $loops }
status-failed = 最近失敗的：
status-sources = 有問題的來源：{ $count }
status-how = 請寫 /status，或用 /status retry 12 重送失敗的提醒。
status-no-failed = 沒有失敗的提醒 { $number }。
bot-configuration = 設定未被採用，仍使用上一份正確的設定：{ $problem }

## What people ask for.

bot-latest = 最新進展
bot-latest-how = 請寫 1 到 { $most } 的數字，也可以加上階段，例如：/latest 3 已上線
bot-nothing-yet = 目前還沒有發現任何事件。
bot-event-how = 請寫事件編號，例如：/event E17
bot-no-event = 沒有事件 { $id }。/latest 會列出最新的事件。
bot-no-platform = 沒有名為「{ $name }」的平台。
bot-did-you-mean = 你是不是想找：{ $names }？
bot-no-capability = 沒有名為「{ $name }」的開放類別。可用的有：{ $known }
bot-nothing-known = 目前沒有關於{ $name }的資訊。
bot-timeline-how = 請寫一個或兩個平台，例如：/timeline 淘寶 微信支付
bot-matrix = 誰向誰開放了什麼
bot-search-how = 請寫不超過 { $words } 個詞（最多 { $characters } 個字元），例如：/search 淘寶 "小程序" -京東
bot-found-nothing = 找不到「{ $words }」。請減少詞語，或換一個名稱。
bot-link-unknown = 我沒有收錄這個網頁。它可能來自我不讀取的媒體，或者太新了。
bot-link-nothing = 我讀過《{ $title }》，其中沒有發現開放事件。
bot-link-several = 該網頁涉及 { $count } 個事件

## What a chat follows.

bot-follow-how = 請寫一個平台、一個平台向另一個平台的開放、一種開放類別，或 all，後面可加篩選。例如：/follow 淘寶 · /follow 淘寶 > 微信支付 · /follow 支付 · /follow all 階段:已上線 來源:2 語言:日文
bot-follow-all = 全部
bot-follow-unknown = 本聊天沒有編號為 { $number } 的關注。/following 會列出所有關注。
bot-follow-configured = 該項來自設定（telegram.chats），請由營運者在那裡修改。
bot-follow-too-many = 一個聊天最多可關注 { $most } 項。請先移除一些：/following
bot-follows = 本聊天的關注
bot-follows-nothing = 本聊天還沒有關注任何內容。請從 /follow 開始
bot-following-how = /following pause 1（暫停）· /following resume 1（恢復）· /following remove 1（移除）· /following undo（復原）– 使用清單中的編號
bot-undo-nothing = 沒有可以復原的變更。
bot-digest-how = 請寫提醒的傳送方式，例如：/digest off（立即）· /digest daily 09:00（每日）· /digest weekly 週五 09:00（每週）
bot-only-admins = 只有本群組管理員可以變更我在這裡傳送的內容。
bot-cannot-check = 目前無法向 Telegram 確認你是否為管理員。未作任何變更，請稍後再試。
rhythm-immediate = 提醒會立即傳送。
rhythm-daily = 提醒會彙整，每日 { $at } 傳送（{ $zone }）。
rhythm-weekly = 提醒會彙整，每{ $day } { $at } 傳送（{ $zone }）。

## What stands in pictures.

picture-planned = 計劃中
picture-disputed = 說法不一
picture-nothing = 暫無資訊

## The menu of commands.

command-start = 我是誰，點三下開始接收提醒
command-follow = 在此接收提醒（/follow 淘寶）
command-following = 本聊天的關注：暫停、移除、復原
command-digest = 立即、每日或每週提醒
command-settings = 語言、時區、安靜時段、暫停
command-latest = 最新事件（/latest 10）
command-search = 按詞語搜尋事件和文章
command-event = 按編號查看事件（/event E17）
command-timeline = 一個或兩個平台的時間軸
command-matrix = 誰向誰開放了什麼
command-help = 我能做什麼
command-status = 運作狀況（僅限營運者）
