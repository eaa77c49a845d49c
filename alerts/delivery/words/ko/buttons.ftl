## What stands on buttons.

button-sources = 출처
button-timeline = 연대기
button-mute = 이 이벤트 알림 끄기
button-unmute = 이 이벤트 알림 켜기
button-wrong = 오류 신고
button-back = 이전
button-on = 다음
button-older = 이전 기록
button-newer = 최근 기록
button-area = 분야
button-since = 기간
button-every-area = 모든 분야
button-always = 기간 제한 없음
button-days = 최근 { $count }일
bot-matrix-areas = 분야를 선택하세요.
bot-matrix-times = 기간을 선택하세요.

## What a press does, told to who pressed.

bot-muted = { $id } 알림을 껐습니다. 이 채팅에는 더 이상 보내지 않습니다.
bot-unmuted = { $id } 알림을 다시 켰습니다. 다음 단계부터 알려 드립니다.
bot-wrong-noted = 감사합니다. 규칙 작성자가 볼 수 있도록 기록했습니다.
bot-wrong-known = 여기에서 이미 신고한 내용입니다. 감사합니다.
bot-button-old = 너무 오래된 버튼이라 무엇을 하는지 알 수 없습니다. 대신 명령을 써 주세요: /help
bot-failed = 처리하지 못했습니다. 제 쪽의 문제입니다. 나중에 다시 시도해 주세요.
source-copy = 전재

## Changing what is followed.

button-undo = 되돌리기
button-share = 공유
button-pass-on = 보내기
button-take = 나도 팔로우
button-muted = 알림을 끈 이벤트
button-settings = 설정
button-following = 팔로우 목록
button-pause = 일시 중지
button-resume = 재개
button-remove = 삭제
button-any = 상관없음

## Names of the filters, as they can be written: stage:live, sources:2.

filter-stage = 단계
filter-sources = 출처
filter-language = 언어
filter-capability = 종류
bot-edit-how = 글로도 쓸 수 있습니다: /following edit { $number } 단계:live 출처:2 언어:일본어 종류:결제
bot-no-filter = “{ $name }”을(를) 알 수 없습니다. 조건은 단계:live, 출처:2, 언어:일본어, 종류:결제처럼 씁니다. “{ $any }”(으)로 해제합니다.
bot-paused = 일시 중지됨: 재개할 때까지 아무것도 보내지 않습니다. /settings resume
bot-muted-list = 이 채팅에서 알림을 끈 이벤트
bot-muted-nothing = 이 채팅에서 알림을 끈 이벤트가 없습니다.
bot-muted-not = { $id }은(는) 이 채팅에서 알림이 꺼져 있지 않습니다.
bot-share = 이 링크로 다른 사람도 이 채팅이 지금 팔로우하는 것을 팔로우할 수 있습니다. 어느 채팅인지는 드러나지 않습니다.
bot-share-offered = 공유된 팔로우
bot-share-unknown = 이 공유를 찾을 수 없습니다. 링크를 다시 받아 주세요.
weekdays = 월요일 화요일 수요일 목요일 금요일 토요일 일요일
bot-closed = 이 봇은 지정된 채팅에서만 쓸 수 있습니다.
