#include "widgets/shell/commandpalette.h"

#include "widgets/language/translation.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace aha {

namespace {

/// Title on the left; kind and keys on the right, quieter.
class EntryDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return { 200, option.fontMetrics.height() + 10 };
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool chosen = option.state & QStyle::State_Selected;
        if (chosen)
            painter->fillRect(option.rect, option.palette.highlight());
        const QRect box = option.rect.adjusted(10, 0, -10, 0);
        const QString hint = index.data(PaletteModel::HintRole).toString();
        QString right = index.data(PaletteModel::KindRole).toString();
        if (!hint.isEmpty())
            right = hint + QStringLiteral("   ") + right;
        right = option.fontMetrics.elidedText(right, Qt::ElideMiddle, box.width() / 2);
        painter->setPen(option.palette.color(chosen ? QPalette::HighlightedText : QPalette::PlaceholderText));
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, right);
        painter->setPen(option.palette.color(chosen ? QPalette::HighlightedText : QPalette::Text));
        const int width = box.width() - option.fontMetrics.horizontalAdvance(right) - 16;
        painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
            option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, width));
    }
};

} // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window)
    , m_model(new PaletteModel(this))
    , m_input(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_nothing(new QLabel(tr("Nothing is called that. Try another word for it, or fewer letters."), this))
{
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Command palette"));
    m_input->setObjectName(QStringLiteral("paletteInput"));
    m_input->setAccessibleName(tr("Name of an action, page, chart, run, setting or metric"));
    m_input->setPlaceholderText(tr("Action, page, chart, run, setting or metric"));
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setAccessibleName(tr("What was found"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus); // the arrows reach it from the input
    m_list->setFrameShape(QFrame::NoFrame);
    m_nothing->setProperty("role", QStringLiteral("hint"));
    m_nothing->setObjectName(QStringLiteral("paletteNothing"));
    m_nothing->setWordWrap(true);
    m_nothing->setContentsMargins(10, 4, 10, 4);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->addWidget(m_input);
    layout->addWidget(m_nothing, 1, Qt::AlignTop); // right below what was typed, in the place of the list
    layout->addWidget(m_list, 1);
    m_input->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_input, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setPattern(text);
        m_list->setCurrentIndex(m_model->index(0));
        m_nothing->setVisible(m_model->rowCount() == 0);
        m_list->setVisible(m_model->rowCount() > 0);
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        m_list->setCurrentIndex(index);
        runCurrent();
    });
    hide();
}

void CommandPalette::open(std::vector<PaletteEntry> entries)
{
    if (!isVisible())
        m_before = QApplication::focusWidget();
    m_model->setEntries(std::move(entries));
    m_input->clear();
    m_list->setCurrentIndex(m_model->index(0));
    m_nothing->hide();
    m_list->show();
    place();
    show();
    raise();
    m_input->setFocus();
}

void CommandPalette::place()
{
    const QSize room = parentWidget()->size();
    const int width = qMin(620, room.width() - 40);
    setGeometry((room.width() - width) / 2, 60, width, qMin(440, room.height() - 120));
}

void CommandPalette::leave()
{
    hide();
    if (m_before)
        m_before->setFocus();
}

void CommandPalette::runCurrent()
{
    const QModelIndex at = m_list->currentIndex();
    if (!at.isValid())
        return;
    const std::function<void()> run = m_model->entry(at.row()).run;
    leave();
    run();
}

void CommandPalette::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(palette().color(QPalette::Base));
    painter.setPen(QPen(palette().color(QPalette::Highlight), 2)); // told from the page in both themes
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

bool CommandPalette::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    if (object == m_input && event->type() == QEvent::FocusOut && isVisible() && QApplication::focusWidget() != m_input
        && QApplication::activePopupWidget() == nullptr)
        hide(); // a click elsewhere
    if (object == m_input && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key(), row = m_list->currentIndex().row(),
                  rows = m_model->rowCount();
        const auto go = [&](int to) {
            if (rows > 0)
                m_list->setCurrentIndex(m_model->index((to + rows) % rows));
            return true;
        };
        switch (key) {
        case Qt::Key_Down:
            return go(row + 1);
        case Qt::Key_Up:
            return go(row - 1);
        case Qt::Key_PageDown:
            return go(qMin(row + 10, rows - 1));
        case Qt::Key_PageUp:
            return go(qMax(row - 10, 0));
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        case Qt::Key_Escape:
            leave();
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return true; // stays in the palette
        default:
            break;
        }
    }
    return QFrame::eventFilter(object, event);
}

} // namespace aha
