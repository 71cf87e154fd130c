#pragma once
// The tabs and, beside them, the one page that a person put there. Where two pages have no room that one stands among
// the tabs, and goes beside them again when there is.

#include <QSplitter>
#include <QTimer>

#include <optional>

namespace aha {

class PageDeck;

class PageSides : public QSplitter {
    Q_OBJECT
public:
    explicit PageSides(PageDeck* deck, QWidget* parent = nullptr);

    /// Puts the page beside the tabs, or says why not.
    QString put(const QString& page);
    /// False when there is none.
    bool takeBack();
    /// Of a layout or a session: as soon as there is room. `share` is what the tabs have of it; "": no page.
    void want(const QString& page, double share);
    const QString& wanted() const { return m_wanted; }
    double share() const { return m_share; }
    /// The tabs' own: what stands beside them gives way before the window has to be larger.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void gaveWay(const QString& sentence);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    /// How two pages have room: beside each other or, where the window is high, one below the other.
    std::optional<Qt::Orientation> way() const;
    void settle();
    void divide();

    PageDeck* m_deck;
    QString m_wanted;
    double m_share = 0.5;
    bool m_told = false; ///< that there is no room
    QTimer m_settle; ///< once a person has done sizing
};

} // namespace aha
